import type { ChainView } from '../record/chain-view.ts';
import type { Ledger } from '../record/ledger.ts';
import { isTroubled, type NodeRecord } from '../record/node-record.ts';
import { type Difusor, type IecConfig, idOf } from '../setup/config.ts';
import type { Row } from './rows.ts';

/** One node as the panel shows it. */
export interface NodeView {
  readonly row: Row;
  readonly record: NodeRecord;
  readonly difusor: Difusor;
  readonly tone: Tone;
  /** what the pieces of the panel have in common */
  readonly view: ChainView;
  /** ms since the epoch */
  readonly now: number;
}

/**
 * How a node is shown, from the worst on. What is `malo`, `falla` or `perdido` (never reached, although it was tried)
 * gets a card; the others get a line.
 */
const TONES = ['malo', 'falla', 'perdido', 'espera', 'vuelve', 'bien'] as const;
export type Tone = (typeof TONES)[number];

/** Never told by colour alone. */
export const SIGNS: Readonly<Record<Tone, string>> = {
  malo: '■',
  falla: '▲',
  perdido: '○',
  espera: '○',
  vuelve: '◆',
  bien: '●',
};

/** In the order of the panel: the worst first, and among equals as in the configuration. */
export function viewsOf(config: IecConfig, view: ChainView, ledger: Ledger, rows: readonly Row[], now: number): NodeView[] {
  const difusores = new Map(config.difusor.map((difusor) => [difusor.name, difusor]));
  const views = rows.map((row): NodeView => {
    const record = ledger.node(idOf(row));
    return { row, record, difusor: difusores.get(row.difusor)!, tone: toneOf(record), view, now };
  });
  return views.sort((a, b) => rankOf(a) - rankOf(b));
}

export function isCard({ tone }: NodeView): boolean {
  return tone === 'malo' || tone === 'falla' || tone === 'perdido';
}

function toneOf(record: NodeRecord): Tone {
  const { state } = record.standing;
  if (state === 'interrumpido') return 'malo';
  if (state === 'sin-contacto') return isTroubled(record) ? 'perdido' : 'espera';
  if (isTroubled(record)) return 'falla';
  return state === 'recuperado' ? 'vuelve' : 'bien';
}

/** Within a tone, who fails most periods comes first. */
function rankOf({ tone, record }: NodeView): number {
  return TONES.indexOf(tone) * 1000 - Math.min(999, record.standing.failed);
}

/** A Difusor's name, with the node's where there is more than one. */
export function nodeName({ row, difusor }: NodeView): string {
  return difusor.node.length > 1 ? row.node : '';
}
