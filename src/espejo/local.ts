import { promises as fs, statSync } from 'node:fs';
import { join } from 'node:path';
import { type KnownCorte, readCorte, readNewest } from '../chain/chain-folder.ts';
import { openTrust } from '../difusor/admission/trust.ts';
import { publicLink } from '../difusor/public/link.ts';
import { type Rooms, roomsOf } from '../difusor/state/rooms.ts';
import { type Pointer, pointerOf } from '../format/pointer.ts';
import { SITE_NAME } from '../format/site-names.ts';
import { codeOf } from '../format/thrown.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import type { Head } from '../verdict/corte.ts';
import { type Shown, staleAfter, whatToShow } from '../verdict/publication.ts';
import { phaseOf, type TrustChain } from '../verdict/trust-chain.ts';
import type { EspejoConfig } from './config.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** What a node shows at this moment, read from the folders that it opens to its web server, and nothing else. */

export interface Local {
  readonly rooms: Rooms;
  readonly trust: TrustChain;
  readonly phase: Phase;
  readonly shows: Shown;
  /** the corte that is shown, null where a page stands in for it */
  readonly corte: KnownCorte | null;
  /** the folder of its files */
  readonly tree: string | null;
  /** the newest corte of the phase, shown or not */
  readonly newest: Head | null;
  /** folders of the pages that stand in for a corte; null where the node has made none yet */
  readonly pages: { readonly aviso: string | null; readonly espera: string | null };
  /** differs whenever the node switched, or holds something new */
  readonly key: string;
}

type Where = Pick<EspejoConfig, 'state' | 'anchor' | 'phase' | 'when_stale' | 'public'>;

/**
 * As the web servers do it, the corte is judged again by its signed hour: a node that is dead shows nothing for ever.
 * @param now ms since the epoch
 * @throws Trouble `nothing-shown`; Refusal, Error where the chain can't be read
 */
export async function readLocal(config: Where, now: number): Promise<Local> {
  const rooms = roomsOf(config.state);
  const key = keyOf(config);
  const trust = await openTrust(config.anchor, rooms.chain);
  const phase = phaseOf(trust, config.phase);
  if (!phase) throw new Trouble('other-phase', words.noPhase(config.phase));
  const link = publicLink(rooms.public, config.phase).shown();
  if (!link) throw new Trouble('nothing-shown', words.nothingShown(config.phase));
  const made = join(rooms.pages, config.phase);
  const ready = await fs.realpath(join(made, 'aviso')).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  const pages = {
    aviso: link.public === 'aviso' ? link.folder : ready,
    espera: link.public === 'espera' ? link.folder : null,
  };
  const found = { rooms, trust, phase, pages, key };
  if (link.public === 'corte' && link.number !== null) {
    const corte = await readCorte(rooms.chain, config.phase, link.number);
    const judged = whatToShow(phase, corte.statement, now);
    const isShown = judged === 'corte' || (judged === 'aviso' && config.when_stale === 'warn');
    return {
      ...found,
      shows: isShown ? 'corte' : judged,
      corte: isShown ? corte : null,
      tree: isShown ? link.folder : null,
      newest: corte,
    };
  }
  const newest = await readNewest(rooms.chain, config.phase);
  const isLate =
    link.public === 'espera' && config.when_stale === 'aviso' && whatToShow(phase, newest?.statement ?? null, now) === 'aviso';
  const shows = link.public === 'aviso' || isLate ? 'aviso' : 'espera';
  return { ...found, shows, corte: null, tree: null, newest };
}

/** What the node shows and holds, in a few calls of the system: another text whenever there may be something to do. */
export function keyOf({ state, phase }: Pick<Where, 'state' | 'phase'>): string {
  const rooms = roomsOf(state);
  const index = statSync(join(rooms.chain, 'index.json'), { bigint: true, throwIfNoEntry: false });
  const shown = publicLink(rooms.public, phase).shown();
  const tree = shown && statSync(shown.folder, { bigint: true, throwIfNoEntry: false });
  return [shown?.folder, tree?.ino, tree?.mtimeNs, index?.ino, index?.mtimeNs].join(' ');
}

/** The pointer of a bucket: as a site's, and until when it may be shown if nobody writes another. */
export type TimedPointer = Pointer & { readonly until: string | null };

/** @param address where readers find the bucket */
export function pointerTo(
  { phase, shows, newest, trust }: Pick<Local, 'phase' | 'shows' | 'newest' | 'trust'>,
  config: Where,
): TimedPointer {
  const site = `${new URL(config.public).pathname}${SITE_NAME}/`;
  const told = newest && { number: newest.statement.number, corte: newest.sha256, taken_at: newest.statement.taken_at };
  const ends = config.when_stale === 'warn' || shows === 'aviso' ? null : staleAfter(phase, newest?.statement ?? null);
  const offset = offsetOf(trust.newest.document.issued_at);
  return { ...pointerOf(phase.name, shows, told, site), until: ends === null ? null : formatTime(ends, offset) };
}
