import { type Hash, isHash } from '../../format/hash.ts';
import { LECTOR_FILES } from '../../format/lector-files.ts';
import type { Recibo } from '../../format/recibos.ts';
import type { Code } from '../../format/refusal.ts';
import type { Shown } from '../../verdict/publication.ts';

/**
 * What the lector's bar and its service worker tell each other. The bar asks with a port of a MessageChannel, and the worker
 * answers on that port once; whenever something changed it also sends every bar its `estado` unasked. The publication has
 * the same origin, so what comes to the worker is read here and believed for nothing else.
 *
 * A frame is opened by its address, {@link OPENING}: `/cotejo/lector/abre?fase=F&corte=N&ruta=PATH&marco=ID`. Without
 * `corte` it is the newest one, which may be waited for; with `guardado=si` in its place it is the newest that is kept, if
 * nothing else is to be told in its place: so a bar opens its frame before it has heard how things stand. The bar asks for the `estado` at least every half minute while it is seen: a browser ends a
 * worker that nobody asks, and with it every timer. The worker looks at the mirrors when that is due. `marco` is what the bar calls its frame: 1 to 64 letters, digits and `-`, new for each bar.
 * To go over to a newer corte is to open the frame anew.
 */
export const OPENING = '/cotejo/lector/abre';

/** The address of the worker's script. */
export const WORKER_FILE = `/${LECTOR_FILES.worker}`;

/** All lists are at most this long; what is over it is left out. */
export const MOST = Object.freeze({ mirrors: 64, troubles: 16, recibos: 8 });

export type Ask =
  /** → {@link Estado} */
  | { readonly ask: 'estado' }
  /** Looks at the mirrors now. → {@link Estado}, when that is done, or after eight seconds: what comes later is told unasked */
  | { readonly ask: 'busca' }
  /** Forgets what this reader has seen, and both sides of a fork. The bar asks the reader first. → {@link Estado} */
  | { readonly ask: 'olvida' }
  /** The proof of the fork of this phase. → {@link Prueba}, or null where there is none */
  | { readonly ask: 'prueba'; readonly phase: string }
  /**
   * How many nodes signed that they publish this corte; `former` is the proof of two histories that the bar shows, if it
   * shows one. → RecibosAnswer, or null where there is no such corte any more
   */
  | ({ readonly ask: 'recibos'; readonly former: readonly Recibo[] } & CorteAsked)
  /**
   * The proof of two histories by what nodes signed, of the receipts that the bar was told, which a worker that was ended
   * since has not got any more. → PruebaDeAcuses, null where they prove none, or `not-now` where what goes with them can't be
   * had just now
   */
  | ({ readonly ask: 'prueba-de-acuses'; readonly recibos: readonly Recibo[] } & CorteAsked)
  /** The proof that there are two trust documents of this version. → {@link PruebaDeConfianza}, or null where there is none */
  | { readonly ask: 'prueba-confianza'; readonly version: number }
  /** Of which corte the document in a frame is. → {@link Documento} or null where the worker gave it none */
  | { readonly ask: 'documento'; readonly marco: string; readonly url: string };

/** The very corte that is asked about. */
export interface CorteAsked {
  readonly phase: string;
  readonly number: number;
  readonly sha256: Hash;
}

/** A corte whose signature, place in the trust and manifest were checked. */
export interface CorteFacts extends CorteAsked {
  /** a time of the format */
  readonly takenAt: string;
  readonly isFinal: boolean;
}

/**
 * What a mirror did when it was last asked: `responde`, it gave what was signed; `atrasado`, it has an older corte than
 * others, or not all of the one that it says it has; `calla`, it did not answer, or not in time; `entrego-otra-cosa`, what it gave is not what was signed (by a fault
 * or on purpose: nobody can tell); `por-preguntar`, not asked yet.
 */
export type MirrorState = 'responde' | 'atrasado' | 'calla' | 'entrego-otra-cosa' | 'por-preguntar';

export interface Mirror {
  /** its title by the padrón, or its host */
  readonly name: string;
  /** of its site's folder */
  readonly url: string;
  readonly state: MirrorState;
  /** the newest corte that it says it has of the phase that is shown; null where it has none, or not all of it */
  readonly number: number | null;
  /** ms since the epoch by the reader's clock of its last answer; null where it never answered */
  readonly last: number | null;
}

export type Trouble =
  /** two trust documents of one version, both signed by enough custodians; `one` is followed, and this is their proof */
  | { readonly kind: 'bifurcacion-confianza'; readonly version: number; readonly one: Hash; readonly other: Hash }
  /** two signed cortes of one number: both are kept, and this is their proof */
  | { readonly kind: 'bifurcacion'; readonly phase: string; readonly number: number; readonly one: Hash; readonly other: Hash }
  /** the trust of this version, learnt since, no longer lets the signer of this corte sign it; another may have its number since */
  | { readonly kind: 'revocado'; readonly number: number; readonly sha256: Hash; readonly version: number }
  /** what the mirrors have is older than what this reader has seen */
  | { readonly kind: 'mas-viejo'; readonly number: number; readonly seen: number }
  /** what the mirrors gave as the newest corte, or as the trust, is refused: by this code of the format */
  | { readonly kind: 'rechazado'; readonly mirror: string; readonly code: Code }
  /** the reader's clock is wrong by so many seconds at least; positive where it is ahead, which is but a doubt */
  | { readonly kind: 'reloj'; readonly seconds: number }
  /** the browser keeps nothing (full, or not allowed): it is shown, and forgotten */
  | { readonly kind: 'no-guarda' }
  /** this file of the corte could be had as it was signed from no mirror */
  | { readonly kind: 'archivo'; readonly number: number; readonly path: string };

export interface Estado {
  readonly type: 'cotejo/estado';
  /** the election's title, by the newest trust document */
  readonly title: string;
  /** the phase that is shown; null before any is known */
  readonly phase: {
    readonly name: string;
    readonly isDrill: boolean;
    /** times of the format */
    readonly opensAt: string;
    readonly closesAt: string;
  } | null;
  /** what is to be shown by the signed hour and the reader's clock; `nada` where no corte could be verified yet */
  readonly shows: Shown | 'nada';
  /** the newest corte that this reader's browser verified; what a frame shows may be an older one, never mixed with it */
  readonly head: CorteFacts | null;
  /** when the aviso falls due, ms since the epoch; null where it never does */
  readonly avisoAt: number | null;
  /** version of the newest trust document, and whether it has expired */
  readonly trust: number;
  readonly isTrustExpired: boolean;
  readonly mirrors: readonly Mirror[];
  /** the newest corte that was ever shown to this reader, of the phase; without a hash where it was revoked since */
  readonly seen: { readonly number: number; readonly sha256: Hash | null } | null;
  /** ms since the epoch since when no mirror answers; null while one does, and before anyone was asked */
  readonly offlineSince: number | null;
  readonly troubles: readonly Trouble[];
}

export interface Documento {
  readonly type: 'cotejo/documento';
  readonly corte: CorteFacts;
  readonly isDrill: boolean;
  /** of the file that the document is, in the publication */
  readonly path: string;
  /** the mirrors' names of which its files came, most first; `guardado` for what the browser had */
  readonly from: readonly string[];
  /** what was verified and given to this document so far; none to a page that the worker wrote in the place of a file */
  readonly files: number;
  readonly bytes: number;
}

/**
 * What the worker tells every bar unasked when it begins to give a document to a frame. The document then comes with its mark
 * and with what the worker says of it (see document-mark.ts): the answer to a question would wait behind all that it asks for.
 */
export interface Entrega {
  readonly type: 'cotejo/entrega';
  /** of the frame that it was opened in, or of one that is in that document */
  readonly marco: string;
  /** an id of the browser's own that no other document ever has, and that nobody but the worker knows before it is there */
  readonly mark: string;
}

/** Two signed statements of which no history can have both: of one number, or one that does not follow the other. */
export interface Prueba {
  readonly type: 'cotejo/prueba';
  readonly cortes: ReadonlyArray<{ readonly 'corte.json': string; readonly 'corte.json.sig': string }>;
}

/** Two trust documents of one version, each with the signatures of its custodians (`trust@cotejo`), as text. */
export interface PruebaDeConfianza {
  readonly type: 'cotejo/prueba';
  readonly documentos: ReadonlyArray<{ readonly documento: string; readonly firmas: readonly string[] }>;
}

/** The name in {@link Documento} for what came out of the browser's own store. */
export const KEPT = 'guardado';

const ADDRESS = 2048;
/** characters of a receipt's text or of its signature */
const TEXT = 65_536;

/** @returns null for whatever is no such message */
export function readAsk(data: unknown): Ask | null {
  if (typeof data !== 'object' || data === null) return null;
  const ask = memberOf(data, 'ask');
  if (ask === 'estado' || ask === 'busca' || ask === 'olvida') return { ask };
  const [phase, version] = [memberOf(data, 'phase'), memberOf(data, 'version')];
  const isPhase = typeof phase === 'string' && phase.length <= ADDRESS;
  if (ask === 'prueba') return isPhase ? { ask, phase } : null;
  if (ask === 'recibos' || ask === 'prueba-de-acuses') {
    const [number, sha256] = [memberOf(data, 'number'), memberOf(data, 'sha256')];
    if (!isPhase || !isNumber(number) || typeof sha256 !== 'string' || !isHash(sha256)) return null;
    const recibos = memberOf(data, ask === 'recibos' ? 'former' : 'recibos');
    if (!areRecibos(recibos)) return null;
    return ask === 'recibos' ? { ask, phase, number, sha256, former: recibos } : { ask, phase, number, sha256, recibos };
  }
  if (ask === 'prueba-confianza') return isNumber(version) ? { ask, version } : null;
  const [marco, url] = [memberOf(data, 'marco'), memberOf(data, 'url')];
  if (ask !== 'documento' || !isMarco(marco) || typeof url !== 'string' || url.length > ADDRESS) return null;
  return { ask, marco, url };
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function areRecibos(value: unknown): value is readonly Recibo[] {
  if (!Array.isArray(value) || value.length > MOST.recibos) return false;
  const isText = (text: unknown) => typeof text === 'string' && text.length <= TEXT;
  return value.every((one: unknown) => Array.isArray(one) && one.length === 2 && one.every(isText));
}

/** Whether a frame may be called so. */
export function isMarco(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
}

function memberOf(data: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(data, name)?.value;
}

/** The address that opens a frame. @param path of the publication, as in an address, with its search; `/` for its front */
export function openingOf(frame: {
  readonly phase: string | null;
  readonly number: number | null;
  readonly path: string;
  readonly marco: string;
  /** only of what is kept */
  readonly isKept?: boolean;
}): string {
  const query = new URLSearchParams({ ruta: frame.path, marco: frame.marco });
  if (frame.phase !== null) query.set('fase', frame.phase);
  if (frame.number !== null) query.set('corte', String(frame.number));
  if (frame.isKept) query.set('guardado', 'si');
  return `${OPENING}?${query}`;
}
