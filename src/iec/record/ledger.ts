import { appendFileSync, promises as fs } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { sweepAsides } from '../../disk/aside.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { type Lock, lock } from '../../disk/lock.ts';
import { namesIn } from '../../disk/names-in.ts';
import { formatTime, offsetOf } from '../../format/time.ts';
import type { Report } from '../delivery/visit.ts';
import type { Told } from '../link/trouble.ts';
import { type IecConfig, idOf, nodesOf } from '../setup/config.ts';
import type { ChainView } from './chain-view.ts';
import { keptAcuses, newestKept } from './kept-acuses.ts';
import { failed, type Link, linkOf, type Miss, NEW_LINK, NEW_STANDING, type Standing, succeeded } from './standing.ts';

/**
 * What the IEC remembers of the night, `<panel>/estado.json`: each node's standing and last report, each Difusor's
 * link. It is durable at every change, so that a restart in the middle of the night goes on counting; and each change
 * is a line of `<panel>/bitacora.jsonl` with its hour and its reason.
 */

export interface NodeRecord {
  readonly standing: Standing;
  /** the newest corte that it has acknowledged, 0 where there is none */
  readonly number: number;
  readonly trouble: Told | null;
  /** of the last delivery that sent anything */
  readonly bytes: number;
  readonly seconds: number;
}

const NEW_NODE: NodeRecord = { standing: NEW_STANDING, number: 0, trouble: null, bytes: 0, seconds: 0 };

/** A line of the log. Members are facts, so that a program can read them too. */
export type NightEvent = { readonly event: string } & Readonly<Record<string, string | number | boolean | null>>;

export interface Ledger {
  node(id: string): NodeRecord;
  link(difusor: string): Link;
  /** Takes down what a delivery came to. */
  report(report: Report): void;
  succeeded(id: string, period: number): void;
  failed(id: string, miss: Miss): void;
  /** Settles the links, forgets who is no longer configured, and makes all of it durable if anything changed. */
  save(config: IecConfig): Promise<void>;
  tell(event: NightEvent): void;
}

export interface LedgerOptions {
  readonly now: () => number;
  /** hears every event besides the log */
  readonly heard?: ((event: NightEvent) => void) | undefined;
}

/** @throws Error where the panel can't be read or written */
export async function openLedger(panel: string, view: ChainView, { now, heard }: LedgerOptions): Promise<Ledger> {
  await fs.mkdir(panel, { recursive: true });
  const { name: phase, missed_limit, opens_at } = view.phase;
  const hour = () => formatTime(now(), offsetOf(opens_at));
  const tell = (event: NightEvent) => {
    heard?.(event);
    try {
      appendFileSync(join(panel, 'bitacora.jsonl'), `${JSON.stringify({ at: hour(), ...event })}\n`, { mode: 0o644 });
    } catch (error) {
      // A full disk must not end the night: what the log can't take, whoever listens has heard.
      heard?.({ event: 'log-trouble', detail: (error as Error).message });
    }
  };
  const before = await readRecord(panel, phase);
  if (before === 'spoiled') tell({ event: 'record-lost', file: 'estado.json' });
  const known = before === null || before === 'spoiled' ? { nodes: {}, links: {} } : before;
  const nodes = new Map(Object.entries(known.nodes));
  for (const [id, number] of await acknowledged(panel, view)) {
    const record = nodes.get(id) ?? NEW_NODE;
    nodes.set(id, { ...record, number: Math.max(record.number, number) });
  }
  const links = new Map(Object.entries(known.links));
  const node = (id: string) => nodes.get(id) ?? NEW_NODE;
  const link = (difusor: string) => links.get(difusor) ?? NEW_LINK;
  let saved = '';

  function stand(id: string, standing: Standing): void {
    const before = node(id);
    nodes.set(id, { ...before, standing });
    if (standing.state === before.standing.state) return;
    const { state, failed, cause, period } = standing;
    tell({
      event: 'state',
      node: id,
      period,
      state,
      before: before.standing.state,
      failed,
      error: cause?.code ?? null,
      detail: cause?.detail ?? null,
    });
  }

  return {
    node,
    link,
    tell,
    report({ target, number, trouble, bytes, seconds }) {
      const id = idOf(target);
      const before = node(id);
      const sent = bytes > 0 ? { bytes, seconds } : { bytes: before.bytes, seconds: before.seconds };
      nodes.set(id, { ...before, ...sent, number: number ?? before.number, trouble });
      if (number !== null && number !== before.number) tell({ event: 'acuse', node: id, number, bytes, seconds });
      if (trouble && trouble.code !== before.trouble?.code)
        tell({ event: 'trouble', node: id, error: trouble.code, detail: trouble.detail });
    },
    succeeded: (id, period) => stand(id, succeeded(node(id).standing, period, hour())),
    failed: (id, miss) => stand(id, failed(node(id).standing, miss, missed_limit, hour())),
    async save(config) {
      const ids = new Set(nodesOf(config).map(idOf));
      for (const id of nodes.keys()) if (!ids.has(id)) nodes.delete(id);
      const names = new Set(config.difusor.map(({ name }) => name));
      for (const name of links.keys()) if (!names.has(name)) links.delete(name);
      for (const { name, node: own } of config.difusor) {
        const was = link(name);
        const is = linkOf(
          was,
          own.map((one) => node(idOf({ difusor: name, node: one.name })).standing),
          hour(),
        );
        links.set(name, is);
        if (is.enabled !== was.enabled)
          tell({
            event: is.enabled ? 'link-enabled' : 'link-disabled',
            difusor: name,
            error: is.cause?.code ?? null,
            detail: is.cause?.detail ?? null,
          });
      }
      const text = `${JSON.stringify({ phase, nodes: Object.fromEntries(nodes), links: Object.fromEntries(links) }, null, 1)}\n`;
      if (text === saved) return;
      await writeDurably(join(panel, 'estado.json'), text);
      saved = text;
    },
  };
}

/** What the nodes have signed for, by the acuses that are kept: one that was killed may not have taken it down. */
async function acknowledged(panel: string, view: ChainView): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const difusor of await namesIn(join(panel, 'acuses'))) {
    for (const node of await namesIn(join(panel, 'acuses', difusor)))
      numbers.set(idOf({ difusor, node }), await newestKept(keptAcuses(panel, { difusor, node }, view.phase.name), view));
  }
  return numbers;
}

/** One process at a time counts periods and sends. @returns null where another one is at it */
export async function lockPanel(panel: string): Promise<Lock | null> {
  await fs.mkdir(panel, { recursive: true });
  const held = await lock(join(panel, '.lock'), { wait: false });
  if (held) await sweepAsides([panel, join(panel, 'logos')]); // of one that was killed
  return held;
}

const told = v.nullable(v.object({ code: v.string(), detail: v.string() }));
const whole = v.pipe(v.number(), v.integer());
const record = v.object({
  phase: v.string(),
  nodes: v.record(
    v.string(),
    v.object({
      standing: v.object({
        state: v.picklist(['al-dia', '1-falla', '2-fallas', 'interrumpido', 'recuperado']),
        failed: whole,
        period: v.nullable(whole),
        since: v.nullable(v.string()),
        cause: told,
        periods: v.array(v.object({ period: whole, ok: v.boolean() })),
      }),
      number: whole,
      trouble: told,
      bytes: v.number(),
      seconds: v.number(),
    }),
  ),
  links: v.record(v.string(), v.object({ enabled: v.boolean(), since: v.nullable(v.string()), cause: told })),
});

interface NightRecord {
  readonly nodes: Readonly<Record<string, NodeRecord>>;
  readonly links: Readonly<Record<string, Link>>;
}

const RECORD_BYTES = 16 * 1024 * 1024;

/** @returns null before the first save and for another phase's record: its periods are not ours to count on from */
async function readRecord(panel: string, phase: string): Promise<NightRecord | null | 'spoiled'> {
  const bytes = await readIfThere(join(panel, 'estado.json'), RECORD_BYTES);
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'spoiled'; // nothing is decided by it: the counts begin anew, and the log says so
  }
  const result = v.safeParse(record, value);
  if (!result.success) return 'spoiled';
  return result.output.phase === phase ? (result.output as NightRecord) : null;
}
