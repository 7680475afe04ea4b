import { setTimeout as sleep } from 'node:timers/promises';
import { instantOf } from '../format/time.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { type Courier, sendCourier } from './delivery/courier.ts';
import type { Report } from './delivery/visit.ts';
import { windowOf } from './link/send-window.ts';
import { PATIENCE, type Patience } from './link/sftp-link.ts';
import type { SshIdentity } from './link/ssh-identity.ts';
import { packTroubleOf, type Told, toldOf } from './link/trouble.ts';
import { packCorte } from './pack/pack.ts';
import { writePanel } from './panel/panel.ts';
import { ACUSE_MS } from './push.ts';
import { type ChainView, lacksSince, viewChain } from './record/chain-view.ts';
import { type Ledger, type NightEvent, openLedger } from './record/ledger.ts';
import { isMissed, periodAt, startOfPeriod } from './record/standing.ts';
import { type IecConfig, idOf, type NodeTarget, nodesOf } from './setup/config.ts';

/**
 * The night of the IEC, `iec run`: at the beginning of each period a corte is packed, couriers bring it to every node,
 * at the end of the period whoever has not acknowledged it has failed. Packing and bringing do not wait for each other:
 * what exists is delivered whatever happens to the source.
 */

export interface NightOptions {
  readonly key: SigningKey;
  readonly identity: SshIdentity;
  readonly now: () => number;
  readonly supervisor: Supervisor;
  readonly heard?: ((event: NightEvent) => void) | undefined;
  readonly patience?: Patience | undefined;
  /** rings when the configuration should be read again (SIGHUP) */
  readonly reread?: { onRing(listener: () => void): void } | undefined;
}

/** At least this often the panel is written and the chain looked at, ms. */
const LOOK_MS = 10_000;
/** Reports that come together are written together, ms. */
const GATHER_MS = 500;

/**
 * Runs until the signal. The caller holds the panel's lock.
 * @param readConfig reads the configuration anew; called once at the start and at every ring
 * @throws what the first reading throws: a night does not begin on a configuration or a chain that can't be used
 */
export async function runNight(readConfig: () => Promise<IecConfig>, options: NightOptions, stop: AbortSignal): Promise<void> {
  const { now, supervisor } = options;
  let config = await readConfig();
  const start = config;
  let view = await viewChain(config.chain, config.phase);
  const ledger = await openLedger(config.panel, view, { now, heard: options.heard });
  const couriers = new Map<string, Courier>();
  let packTrouble: Told | null = null;
  let chainTrouble = '';
  let isDirty = true;
  let bell = new AbortController();
  const ring = () => bell.abort();
  stop.addEventListener('abort', ring);

  const acuseMs = Math.min(ACUSE_MS, Math.max(10_000, view.phase.period_seconds * 800));
  const duty = () => ({
    view: () => view,
    options: {
      identity: options.identity,
      patience: options.patience ?? PATIENCE,
      acuseMs,
      now,
      panel: config.panel,
      windowBytes: windowOf(nodesOf(config).length),
    },
    reported,
  });

  function reported(report: Report, seen: ChainView): void {
    const id = idOf(report.target);
    if (couriers.get(id)?.target !== report.target) return; // no longer ours
    ledger.report(report);
    isDirty = true;
    const period = periodAt(view.phase, now());
    // Only this period's own corte speaks for it; with an older one the end of the period decides.
    const isOfNow = report.number === view.head && (view.headTakenAt ?? 0) >= startOfPeriod(view.phase, period);
    if (report.outcome === 'up-to-date' && isOfNow) ledger.succeeded(id, period);
    const lacks = report.outcome === 'up-to-date' && (report.number ?? 0) < view.head;
    if (lacks || seen.trust.length !== view.trust.length) couriers.get(id)?.wake();
    ring();
  }

  function staff(next: IecConfig): Promise<unknown> {
    const wanted = new Map(nodesOf(next).map((target) => [idOf(target), target]));
    const leaving = [...couriers].filter(([id, { target }]) => !isSame(wanted.get(id), target));
    for (const [id] of leaving) couriers.delete(id);
    config = next;
    for (const [id, target] of wanted) if (!couriers.has(id)) couriers.set(id, sendCourier(target, duty()));
    return Promise.all(leaving.map(([, courier]) => courier.dismiss()));
  }

  async function reconfigure(): Promise<void> {
    let next: IecConfig;
    try {
      next = await readConfig();
    } catch (error) {
      ledger.tell({ event: 'config-refused', detail: toldOf(error).detail });
      return;
    }
    const fixed = ['chain', 'source', 'phase', 'key', 'agent', 'ssh_key', 'panel'] as const;
    const changed = fixed.filter((key) => next[key] !== start[key]);
    if (changed.length > 0) ledger.tell({ event: 'config-needs-restart', keys: changed.join(' ') });
    const before = new Set(couriers.keys());
    await staff({ ...start, difusor: next.difusor });
    const after = new Set(couriers.keys());
    const [added, removed] = [[...after].filter((id) => !before.has(id)), [...before].filter((id) => !after.has(id))];
    ledger.tell({ event: 'config-read', added: added.join(' '), removed: removed.join(' ') });
    isDirty = true;
    ring();
  }

  /** Looks at the chain again: cortes and trust documents may come from elsewhere (`iec pack --final`, the custodians). */
  async function look(): Promise<void> {
    try {
      const next = await viewChain(config.chain, config.phase);
      const isNews = next.head !== view.head || next.trust.length !== view.trust.length;
      view = next;
      chainTrouble = '';
      if (isNews) for (const courier of couriers.values()) courier.wake();
    } catch (error) {
      const { detail } = toldOf(error);
      if (detail !== chainTrouble) ledger.tell({ event: 'chain-trouble', detail });
      chainTrouble = detail;
    }
  }

  /**
   * @param at the instant (ms) of this turn, not a later one: the period before must have been counted
   * @returns how long to wait before the next try, ms; null where this period needs none
   */
  async function packIfDue(at: number): Promise<number | null> {
    const { phase } = view;
    const isOpen = instantOf(phase.opens_at) <= at && at <= instantOf(phase.closes_at);
    const isDone = view.headTakenAt !== null && view.headTakenAt >= startOfPeriod(phase, periodAt(phase, at));
    if (!isOpen || isDone || view.isFinal) return null;
    try {
      const { statement, indexError } = await packCorte({ ...config, now, key: options.key });
      const { number, manifest, package: content } = statement;
      const period = periodAt(phase, at);
      ledger.tell({ event: 'packed', period, number, files: manifest.files, new_files: content.files, bytes: content.bytes });
      if (indexError) ledger.tell({ event: 'index-trouble', detail: indexError.message });
      packTrouble = null;
      isDirty = true;
      await look();
      return null;
    } catch (error) {
      const trouble = packTroubleOf(error);
      if (packTrouble?.detail !== trouble.detail)
        ledger.tell({ event: 'pack-failed', error: trouble.code, detail: trouble.detail });
      packTrouble = trouble;
      isDirty = true;
      return Math.max(500, Math.min(15_000, phase.period_seconds * 50));
    }
  }

  /** Counts a period that is over, before a corte of the next one is made. */
  async function count(period: number): Promise<void> {
    if (view.head === 0) return;
    for (const id of couriers.keys()) {
      const since = await lackingSince(id);
      if (since === null) {
        ledger.succeeded(id, period);
        continue;
      }
      if (!isMissed(view.phase, period, since)) continue;
      const cause = ledger.node(id).trouble ?? { code: 'no-acuse', detail: `corte ${view.head} was still on its way` };
      ledger.failed(id, { period, lacksSince: periodAt(view.phase, since), cause });
    }
    isDirty = true;
  }

  /** As of this moment: an acuse that comes while the disk is read counts. @returns ms; null for a node that lacks nothing */
  async function lackingSince(id: string): Promise<number | null> {
    for (;;) {
      const { number } = ledger.node(id);
      // What is wrong with the chain, look() tells; nobody is excused by it.
      const since = await lacksSince(view, number).catch(() => Number.NEGATIVE_INFINITY);
      if (ledger.node(id).number === number) return since;
    }
  }

  async function show(): Promise<void> {
    isDirty = false;
    try {
      await ledger.save(config);
      await writePanel(config, view, ledger, { now: now(), packTrouble });
    } catch (error) {
      // A full disk must not end the night; the couriers go on, and the next turn tries again.
      isDirty = true;
      options.heard?.({ event: 'panel-trouble', detail: toldOf(error).detail });
    }
  }

  options.reread?.onRing(() => void reconfigure());
  const beat = supervisor.watchdogMs;
  const watchdog = beat === null ? undefined : setInterval(() => void supervisor.alive().catch(() => {}), beat / 4); // a lost beat is not the last
  ledger.tell({ event: 'started', phase: view.phase.name, nodes: nodesOf(config).length, head: view.head });
  await staff(config);
  await show();
  await supervisor.ready(statusLine(ledger, couriers.values(), view));
  let period = periodAt(view.phase, now());
  let shownAt = now();
  try {
    while (!stop.aborted) {
      const instant = now();
      const at = periodAt(view.phase, instant);
      if (at !== period) {
        await count(period);
        period = at;
        await show(); // what was counted is durable before anything long begins
        // Those who have all there is are woken by the next corte.
        for (const [id, courier] of couriers) if (ledger.node(id).number < view.head) courier.wake();
      } else await look();
      const again = await packIfDue(instant);
      if (isDirty || now() - shownAt >= LOOK_MS) {
        shownAt = now();
        await show();
        await supervisor.status(statusLine(ledger, couriers.values(), view));
      }
      const wait = Math.min(again ?? LOOK_MS, LOOK_MS, startOfPeriod(view.phase, periodAt(view.phase, now()) + 1) - now());
      await sleep(Math.max(wait, 1), undefined, { signal: bell.signal }).catch(() => {}); // rung
      if (bell.signal.aborted && !stop.aborted) {
        bell = new AbortController();
        await sleep(Math.min(GATHER_MS, Math.max(wait, 1)));
      }
    }
  } finally {
    clearInterval(watchdog);
    await supervisor.stopping();
    await Promise.all([...couriers.values()].map((courier) => courier.dismiss()));
    ledger.tell({ event: 'stopped' });
    await show();
  }
}

function isSame(a: NodeTarget | undefined, b: NodeTarget): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** `corte 37; 48 al día, 1 con fallas, 1 interrumpidos`: for `systemctl status`. */
function statusLine(ledger: Ledger, couriers: Iterable<Courier>, view: ChainView): string {
  const states = [...couriers].map(({ target }) => ledger.node(idOf(target)).standing.state);
  const number = (wanted: readonly string[]) => states.filter((state) => wanted.includes(state)).length;
  const corte = view.head === 0 ? 'sin cortes' : `corte ${view.head}`;
  return `${corte}; ${number(['al-dia', 'recuperado'])} al día, ${number(['1-falla', '2-fallas'])} con fallas, ${number(['interrumpido'])} interrumpidos`;
}
