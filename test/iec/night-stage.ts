import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { said } from '../../src/format/said.ts';
import type { Courier, Duty } from '../../src/iec/delivery/courier.ts';
import { type Night, newNight } from '../../src/iec/night.ts';
import type { LookoutParts } from '../../src/iec/outside/lookout.ts';
import { packCorte } from '../../src/iec/pack/pack.ts';
import { writePanel } from '../../src/iec/panel/panel.ts';
import type { NightEvent } from '../../src/iec/record/bitacora.ts';
import { type ChainView, viewChain } from '../../src/iec/record/chain-view.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import type { Seen } from '../../src/iec/record/seen.ts';
import { type IecConfig, type NodeTarget, parseIecConfig } from '../../src/iec/setup/config.ts';
import { NOW } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { type Institute, makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

/**
 * The night turn by turn, with a clock that the test sets: real chain, real ledger, real panel. The couriers are the
 * test's own; they go nowhere and report what the test makes them report.
 */

/** of the test's phase, which opened 36 periods before NOW; ms */
export const PERIOD = 600_000;
const UNREACHABLE = { code: 'unreachable', detail: said('nobody there') } as const;

export interface Stage {
  readonly iec: Institute;
  readonly config: IecConfig;
  readonly night: Night;
  /** ms; the test sets it */
  now: number;
  readonly events: NightEvent[];
  /** every courier that was ever started */
  readonly sent: Sent[];
  /** how often the bell was rung */
  readonly rung: () => number;
  /** set, it makes the chain unreadable */
  blind: boolean;
  /** set, it happens while a pack lasts, after the hour of its corte was fixed */
  meanwhile: (() => void | Promise<void>) | null;
  /** the configuration that the last corte was packed by */
  packedBy: IecConfig | null;
  /** Sets the clock and turns. */
  turn(now: number): Promise<number>;
  /** Makes the courier that serves a node now report. */
  report(name: string, number: number | null): void;
  /** Makes the lookout tell what it sees at a Difusor's site, with the receipts of these of its nodes. */
  see(name: string, seen: Seen, signedBy: readonly string[]): void;
  page(): Promise<string>;
}

/** When a page of the panel was written, ms, as it says itself. */
export const writtenIn = (page: string) => Number(/data-written="(\d+)"/.exec(page)?.[1]);

export interface Sent {
  readonly target: NodeTarget;
  readonly duty: Duty;
  wakes: number;
  isDismissed: boolean;
}

export function configOf(iec: Institute, names: readonly string[], port = 22, head: readonly string[] = []): IecConfig {
  const nodes = names.map((name) => {
    const lines = { host: '192.0.2.1', port, user: 'iec', host_key: `SHA256:${'A'.repeat(43)}`, inbox: 'inbox', outbox: 'outbox' };
    return { name, lines: { ...lines, acuse_key: makeKey(name).publicKey } };
  });
  return parseIecConfig(tomlOf(nodes, head), join(iec.folder, 'IEC.toml'));
}

/** @param head more lines for the top of the configuration */
export async function beginNight(
  t: ExecutionContext,
  names: readonly string[] = ['vanguardia'],
  now = NOW,
  head: readonly string[] = [],
): Promise<Stage> {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  const config = configOf(iec, names, 22, head);
  const { chain, source, phase, panel } = config;
  const events: NightEvent[] = [];
  const sent: Sent[] = [];
  const heard = (event: NightEvent) => void events.push(event);
  const clock = () => stage.now;
  const look = () => (stage.blind ? Promise.reject(new Error('the chain is away')) : viewChain(chain, phase));
  const view = await viewChain(chain, phase);
  let rung = 0;
  let saw: LookoutParts['saw'] = () => {};
  const stage: Pick<Stage, 'now' | 'blind' | 'meanwhile' | 'packedBy'> = { now, blind: false, meanwhile: null, packedBy: null };
  const ledger = await openLedger(panel, view, { now: clock, heard });
  const night = newNight({
    config,
    view,
    ledger,
    now: clock,
    look,
    pack(current) {
      stage.packedBy = current;
      const hooks = { read: () => stage.meanwhile?.() };
      return packCorte({ source, chain, phase, key: makeKey('firma-1'), now: clock, hooks });
    },
    send: (target, duty) => travel(target, duty, sent),
    lookOut(told) {
      saw = told;
      return { beat: () => {}, end: () => Promise.resolve() };
    },
    show: (shown, seen, moment) => writePanel(shown, seen, ledger, { now: clock(), ...moment }),
    ring: () => (rung += 1),
    heard,
  });
  await night.begin();
  return Object.assign(stage, {
    iec,
    config,
    night,
    events,
    sent,
    rung: () => rung,
    turn(next: number) {
      stage.now = next;
      return night.turn(next);
    },
    report(name: string, number: number | null) {
      const courier = sent.findLast(({ target }) => target.difusor === name);
      if (!courier) throw new Error(`nobody serves ${name}`);
      reportBy(courier, number);
    },
    see(name: string, seen: Seen, signedBy: readonly string[]) {
      const difusor = config.difusor.find((one) => one.name === name)!;
      const signed = seen.number === null || seen.state !== 'al-dia' ? null : { number: seen.number, nodes: signedBy };
      saw(difusor, seen, signed, sent[0]!.duty.view());
    },
    page: () => readFile(join(panel, 'index.html'), 'utf8'),
  });
}

function travel(target: NodeTarget, duty: Duty, sent: Sent[]): Courier {
  const one: Sent = { target, duty, wakes: 0, isDismissed: false };
  sent.push(one);
  return {
    target,
    wake: () => void (one.wakes += 1),
    dismiss() {
      one.isDismissed = true;
      return Promise.resolve();
    },
  };
}

/** @param number the corte that the node acknowledges; null for a node that can't be reached */
export function reportBy({ target, duty }: Sent, number: number | null, seen: ChainView = duty.view()): void {
  if (number === null) {
    duty.reported({ target, outcome: 'failed', number, trouble: UNREACHABLE, bytes: 0, seconds: 0 }, seen);
  } else duty.reported({ target, outcome: 'up-to-date', number, trouble: null, bytes: 1000, seconds: 1 }, seen);
}

export const named = (events: readonly NightEvent[], ...names: string[]) => events.filter(({ event }) => names.includes(event));

export const statesOf = (events: readonly NightEvent[], difusor: string) =>
  named(events, 'state')
    .filter(({ node }) => node === `${difusor}/web1`)
    .map(({ period, state }) => `${String(period)} ${String(state)}`);
