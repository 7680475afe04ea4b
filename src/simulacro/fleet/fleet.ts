import { lastNumber, readCorte } from '../../chain/chain-folder.ts';
import type { LinkOptions } from '../../iec/link/open-link.ts';
import type { ChainView } from '../../iec/record/chain-view.ts';
import type { NodeTarget } from '../../iec/setup/config.ts';
import type { Clock } from '../look/clock.ts';
import { pageOf } from '../look/original.ts';
import type { Programs } from '../look/programs.ts';
import { readSite, type Seen, showsOf } from '../look/reader.ts';
import type { Action } from '../undo/action.ts';

/** What the faults of a fleet are given: the Institute, its nodes, and how they are looked at. */
export interface Fleet {
  /** the configuration's file, absolute, as the unit names it */
  readonly file: string;
  readonly view: ChainView;
  readonly targets: readonly NodeTarget[];
  readonly link: LinkOptions;
  /** where readers find the phase of the drill, by the Difusor's name, for those that were told */
  readonly sites: ReadonlyMap<string, URL>;
  readonly clock: Clock;
  readonly programs: Programs;
  readonly will: (action: Action) => Promise<void>;
}

/** The newest corte of the chain now. */
export function newest({ view }: Pick<Fleet, 'view'>): Promise<number> {
  return lastNumber(view.chain, view.phase.name);
}

/** Of which of the two newest cortes the page of a site is, by its very bytes; null where it is of neither. */
export async function signedAt(fleet: Fleet, site: URL): Promise<number | null> {
  const { view } = fleet;
  const last = await newest(fleet);
  for (const number of [last, last - 1].filter((one) => one > 0)) {
    const { manifest } = await readCorte(view.chain, view.phase.name, number);
    const path = pageOf(manifest);
    const seen = await readSite({ url: site, at: null }, path === 'index.html' ? '' : path);
    if (showsOf(seen, view.phase.name) !== 'corte' || seen.sha256 === null) continue;
    if (isPageOf(seen, { number, sha256: manifest.find((entry) => entry.path === path)?.sha256 })) return number;
  }
  return null;
}

/** Whether what was seen is the signed page of a corte; what the site says of its number may not be another. @internal */
export function isPageOf(
  { sha256, corte }: Pick<Seen, 'sha256' | 'corte'>,
  signed: { readonly number: number; readonly sha256: string | undefined },
): boolean {
  return sha256 !== null && sha256 === signed.sha256 && (corte === null || corte === String(signed.number));
}
