import { join } from 'node:path';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { namesIn } from '../../disk/names-in.ts';
import { formatTime, offsetOf } from '../../format/time.ts';
import type { Told } from '../link/trouble.ts';
import { type Difusor, type IecConfig, idOf, nodesOf } from '../setup/config.ts';
import { openBitacora, type Tell } from './bitacora.ts';
import type { ChainView } from './chain-view.ts';
import { estadoWriter, readEstado } from './estado.ts';
import { keptAcuses, newestKept } from './kept-acuses.ts';
import { NEW_NODE, type NodeRecord, withEpisode, withinChain } from './node-record.ts';
import type { Report } from './report.ts';
import { isGood, type Seen } from './seen.ts';
import { failed, type Link, linkOf, type Miss, NEW_LINK, reached, type Standing, succeeded } from './standing.ts';

/**
 * What the IEC remembers of the night: each node's standing and last report, each Difusor's link. Every change is a
 * line of the log with its hour and its reason; `save` makes everything durable, so that a restart in the middle of the
 * night continues the counts.
 */

/** What is seen at a site, with the hour since which its state is that one. */
export type SeenSince = Seen & { readonly since: string };

/** Nodes are named `difusor/node`. Only `save` waits for a disk. */
export interface Ledger {
  node(id: string): NodeRecord;
  link(difusor: string): Link;
  /** Records the result of a delivery. */
  report(report: Report): void;
  /**
   * Records whether somebody is at work at the node.
   * @param silentSince its daemon's last sign, by the node's clock, ms; null where it is at work
   */
  looked(id: string, silentSince: number | null): void;
  /** The node has acknowledged the newest corte in this period. */
  succeeded(id: string, period: number): void;
  /** A period ended and the node had not acknowledged its corte. */
  failed(id: string, miss: Miss): void;
  /** Enables and disables the links of these Difusores according to the standings of their nodes. */
  /** What a reader sees at a Difusor's site, and since when; null where that is not known. */
  site(difusor: string): SeenSince | null;
  /**
   * Records what a reader sees at a Difusor's site.
   * @param signed the nodes that signed for the corte that is shown
   */
  saw(difusor: Difusor, seen: Seen, signed: { readonly number: number; readonly nodes: readonly string[] } | null): void;
  settleLinks(difusores: readonly Difusor[]): void;
  /**
   * Forgets what the nodes had of cortes that the custodians disowned: their numbers are other cortes', or will be.
   * @param view the chain without them
   * @throws Error where the panel or the chain can't be read
   */
  cut(view: ChainView): Promise<void>;
  /** Forgets the nodes and the Difusores that are not in the configuration. */
  forgetOthers(config: IecConfig): void;
  /** Makes all of it durable if anything changed. @throws Error where it can't be written */
  save(): Promise<void>;
  tell: Tell;
}

export interface LedgerOptions {
  /** ms since the epoch */
  readonly now: () => number;
  /** is told every event, besides the log */
  readonly heard?: Tell | undefined;
}

/**
 * Opens the ledger of a view's phase, from what the last process saved and from the acuses that are kept.
 * @throws Error where the panel can't be read or made
 */
export async function openLedger(panel: string, view: ChainView, { now, heard }: LedgerOptions): Promise<Ledger> {
  makeFolderFor(panel);
  const { name: phase, missed_limit, opens_at } = view.phase;
  const hourOf = (instant: number) => formatTime(instant, offsetOf(opens_at));
  const hour = () => hourOf(now());
  const tell = openBitacora(panel, hour, heard);
  const write = estadoWriter(panel);
  const before = await readEstado(panel, phase);
  if (before === 'spoiled') tell({ event: 'record-lost', file: 'estado.json' });
  const known = before === null || before === 'spoiled' ? { nodes: {}, links: {}, sites: {} } : before;
  const nodes = new Map<string, NodeRecord>(Object.entries(known.nodes));
  const links = new Map<string, Link>(Object.entries(known.links));
  const sites = new Map<string, SeenSince | null>(Object.entries(known.sites));
  const node = (id: string) => nodes.get(id) ?? NEW_NODE;
  const link = (difusor: string) => links.get(difusor) ?? NEW_LINK;
  const kept = await acknowledged(panel, view);
  for (const [id, record] of nodes) nodes.set(id, withinChain(record, kept.get(id) ?? 0, view.head));
  for (const [id, number] of kept) {
    const record = node(id);
    // What is known from the site alone is kept among the acuses too, and counts only where the configuration says so.
    if (number === 0 || number === record.red?.number) continue;
    put(id, { ...record, number: Math.max(record.number, number), standing: reached(record.standing, hour()) });
  }

  function put(id: string, record: NodeRecord): void {
    nodes.set(id, withEpisode(record, hour()));
  }

  function stand(id: string, standing: Standing): void {
    const { state: before } = node(id).standing;
    put(id, { ...node(id), standing });
    const { state, failed, period } = standing;
    if (state === before) return;
    // That a node was reached changes nothing that is counted: it is no change of state for those who follow the counts.
    if (before === 'sin-contacto' && state === 'al-dia') tell({ event: 'reached', node: id });
    else tell({ event: 'state', node: id, period, state, before, failed, ...causeOf(standing) });
  }

  function looked(id: string, silentSince: number | null): void {
    const before = node(id);
    const silent_since = silentSince === null ? null : hourOf(silentSince);
    if (silent_since === before.silent_since) return;
    put(id, { ...before, silent_since });
    if (silent_since !== null) tell({ event: 'daemon-silent', node: id, since: silent_since });
    else tell({ event: 'daemon-at-work', node: id });
  }

  return {
    node,
    link,
    tell,
    looked,
    report({ target, number, trouble, bytes, seconds, silentSince }) {
      const id = idOf(target);
      if (number !== null) stand(id, reached(node(id).standing, hour()));
      const before = node(id);
      const sent = bytes > 0 ? { bytes, seconds } : { bytes: before.bytes, seconds: before.seconds };
      put(id, { ...before, ...sent, number: number ?? before.number, trouble });
      if (silentSince !== undefined) looked(id, silentSince);
      if (number !== null && number !== before.number) tell({ event: 'acuse', node: id, number, bytes, seconds });
      if (trouble && trouble.code !== before.trouble?.code)
        tell({ event: 'trouble', node: id, error: trouble.code, detail: trouble.detail });
    },
    succeeded: (id, period) => stand(id, succeeded(node(id).standing, period, hour())),
    failed: (id, miss) => stand(id, failed(node(id).standing, miss, missed_limit, hour())),
    settleLinks(difusores) {
      for (const { name, node: own } of difusores) {
        const standings = own.map((one) => node(idOf({ difusor: name, node: one.name })).standing);
        const [was, is] = [link(name), linkOf(link(name), standings, hour())];
        links.set(name, is);
        if (is.enabled === was.enabled) continue;
        tell({ event: is.enabled ? 'link-enabled' : 'link-disabled', difusor: name, ...causeOf(is) });
      }
    },
    site: (difusor) => sites.get(difusor) ?? null,
    saw({ name, node: own }, seen, signed) {
      const before = sites.get(name) ?? null;
      const isNews = before?.state !== seen.state;
      sites.set(name, { ...seen, since: isNews ? hour() : (before?.since ?? hour()) });
      if (isNews) {
        const { state, number, detail } = seen;
        tell({ event: 'outside', difusor: name, state, before: before?.state ?? null, number, detail });
      }
      for (const one of own) {
        const id = idOf({ difusor: name, node: one.name });
        const record = node(id);
        const site = isGood(seen.state) || seen.state === 'falla-del-iec' ? null : seen.state;
        // It goes back only where the site shows the newest corte: a cache may keep the page of an older one.
        const isNewest = seen.state === 'al-dia' || seen.state === 'sin-aviso';
        const most = record.red?.number ?? 0;
        const isOther = signed !== null && (signed.number > most || (isNewest && signed.number !== most));
        const isSigned = isOther && signed.nodes.includes(one.name);
        const red = isSigned ? { number: signed.number, at: hour() } : record.red;
        if (site !== record.site || red !== record.red) put(id, { ...record, site, red });
        if (isSigned && signed.number > record.number) tell({ event: 'acuse-outside', node: id, number: signed.number });
      }
    },
    async cut(cutView) {
      const left = await acknowledged(panel, cutView);
      // The numbers may have been given out again already, so only what is kept of this very chain counts.
      for (const [id, record] of nodes) put(id, withinChain(record, left.get(id) ?? 0, 0));
    },
    forgetOthers(config) {
      const ids = new Set(nodesOf(config).map(idOf));
      for (const id of nodes.keys()) if (!ids.has(id)) nodes.delete(id);
      const names = new Set(config.difusor.map(({ name }) => name));
      for (const name of links.keys()) if (!names.has(name)) links.delete(name);
      for (const name of sites.keys()) if (!names.has(name)) sites.delete(name);
    },
    save: () =>
      write({ phase, nodes: Object.fromEntries(nodes), links: Object.fromEntries(links), sites: Object.fromEntries(sites) }),
  };
}

function causeOf({ cause }: { readonly cause: Told | null }): { error: string | null; detail: Told['detail'] | null } {
  return { error: cause?.code ?? null, detail: cause?.detail ?? null };
}

/**
 * What the nodes have acknowledged, by the acuses that are kept: a process that was killed may have kept one without
 * saving.
 */
async function acknowledged(panel: string, view: ChainView): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const difusor of await namesIn(join(panel, 'acuses'))) {
    for (const node of await namesIn(join(panel, 'acuses', difusor)))
      numbers.set(idOf({ difusor, node }), await newestKept(keptAcuses(panel, { difusor, node }, view.phase.name), view));
  }
  return numbers;
}
