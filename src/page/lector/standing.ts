import type { CorteFacts, Documento, Estado, Trouble } from './messages.ts';

/** What the bar says of where things stand, and whether the publication is seen: a function of what is known. */

/** All that is known when the bar is drawn. */
export interface Known {
  /** the worker's last word; null before the first */
  readonly estado: Estado | null;
  /** of the document in the frame: `asking` until the worker has said it, null where it gave that document nothing */
  readonly document: Documento | 'asking' | null;
  /** what the reader was told and wants to go past, by {@link passOf} */
  readonly passed: ReadonlySet<string>;
  /** whether this page was ended twice in a row as it opened the publication, and the reader has not gone past that */
  readonly isEnded?: boolean;
  /** ms since the epoch, by the reader's clock */
  readonly now: number;
}

type Fork = Extract<Trouble, { readonly kind: 'bifurcacion' }>;
type TrustFork = Extract<Trouble, { readonly kind: 'bifurcacion-confianza' }>;
type Revoked = Extract<Trouble, { readonly kind: 'revocado' }>;

/** Where the publication is not seen, a card says why in its place. */
export type Standing =
  | { readonly kind: 'preparing' | 'searching' }
  /** no corte could be verified; `isSilent` where nobody answered at all */
  | { readonly kind: 'nothing'; readonly isSilent: boolean }
  | { readonly kind: 'espera'; readonly opensAt: string | null }
  /** `isDoubtful`: the mirrors' clocks say another hour than the reader's, by which it is due */
  | { readonly kind: 'aviso'; readonly last: CorteFacts | null; readonly isDoubtful: boolean }
  /** the custodians signed two trust documents of one version */
  | { readonly kind: 'trust-fork'; readonly fork: TrustFork }
  | { readonly kind: 'fork'; readonly fork: Fork }
  /** what was in the frame is disowned; `instead` may be shown */
  | { readonly kind: 'revoked'; readonly revoked: Revoked; readonly instead: CorteFacts | null }
  /** this page was ended twice in a row as it opened the publication: it is not opened again by itself */
  | { readonly kind: 'ended' }
  /** the frame has something that the worker did not give */
  | { readonly kind: 'unverified' }
  /** a verified corte is on its way into the frame */
  | { readonly kind: 'opening'; readonly corte: CorteFacts }
  | {
      readonly kind: 'corte';
      readonly document: Documento;
      /** the newest one, where the frame has another */
      readonly newer: CorteFacts | null;
      /** the reader asked for it although it should be replaced by the aviso */
      readonly isOld: boolean;
    };

/** Whether the frame has, or is to be given, the publication. What is in it is seen with `corte` alone. */
export function hasFrame(standing: Standing): boolean {
  return standing.kind === 'corte' || standing.kind === 'opening' || standing.kind === 'unverified';
}

/** What the reader goes past: that very notice, and no later one. */
export function passOf(standing: Standing): string | null {
  if (standing.kind === 'aviso' && standing.last !== null) return `aviso ${standing.last.sha256}`;
  if (standing.kind === 'trust-fork') return `trust ${standing.fork.version} ${standing.fork.one} ${standing.fork.other}`;
  if (standing.kind === 'fork') return `fork ${standing.fork.phase} ${standing.fork.one} ${standing.fork.other}`;
  return null;
}

export function standingOf({ estado, document, passed, isEnded = false, now }: Known): Standing {
  if (estado === null) return { kind: 'preparing' };
  const { head, troubles, phase } = estado;
  const trustFork = troubles.find((trouble): trouble is TrustFork => trouble.kind === 'bifurcacion-confianza');
  if (trustFork) {
    const standing: Standing = { kind: 'trust-fork', fork: trustFork };
    if (!passed.has(passOf(standing) ?? '')) return standing;
  }
  const fork = troubles.find((trouble): trouble is Fork => trouble.kind === 'bifurcacion');
  if (fork) {
    const standing: Standing = { kind: 'fork', fork };
    if (!passed.has(passOf(standing) ?? '')) return standing;
  }
  const shown = document === 'asking' || document === null ? null : document;
  const revoked = shown && revokedOf(shown.corte, estado);
  if (revoked) return { kind: 'revoked', revoked, instead: head };
  const shows = showsAt(estado, now);
  if (shows === 'espera') return { kind: 'espera', opensAt: phase?.opensAt ?? null };
  if (head === null) {
    const answers = estado.mirrors.filter(({ state }) => state === 'responde' || state === 'atrasado');
    // What a mirror says it has is on its way, or will be refused.
    if (answers.some(({ number }) => number !== null)) return { kind: 'searching' };
    // The notice may be due although no corte was ever had; where nobody answers, that is what there is to say.
    if (shows === 'aviso' && answers.length > 0) return { kind: 'aviso', last: null, isDoubtful: isClockDoubtful(estado) };
    if (estado.mirrors.some(({ state }) => state === 'por-preguntar')) return { kind: 'searching' };
    return { kind: 'nothing', isSilent: estado.mirrors.every(({ state }) => state === 'calla') };
  }
  const isDue = shows === 'aviso';
  if (isDue) {
    const standing: Standing = { kind: 'aviso', last: head, isDoubtful: isClockDoubtful(estado) };
    if (!passed.has(passOf(standing) ?? '')) return standing;
  }
  if (isEnded) return { kind: 'ended' };
  if (document === null) return { kind: 'unverified' };
  if (shown === null) return { kind: 'opening', corte: head };
  return { kind: 'corte', document: shown, newer: isNewer(head, shown.corte) ? head : null, isOld: isDue };
}

/** The worker's word, as time has run on since: nobody needs to send the notice for it to be due. */
function showsAt({ shows, avisoAt }: Estado, now: number): Estado['shows'] {
  return shows === 'corte' && avisoAt !== null && now > avisoAt ? 'aviso' : shows;
}

/** Whether the newest is another than what the frame has. A number that was given anew, after a revocation, counts too. */
function isNewer(head: CorteFacts, shown: CorteFacts): boolean {
  if (head.phase !== shown.phase) return true;
  return head.number > shown.number || (head.number === shown.number && head.sha256 !== shown.sha256);
}

/** By its hash: the number may have been signed anew, by another key, and that corte is sound. */
function revokedOf({ sha256 }: CorteFacts, { troubles }: Estado): Revoked | undefined {
  return troubles.find((trouble): trouble is Revoked => trouble.kind === 'revocado' && trouble.sha256 === sha256);
}

export function isClockDoubtful({ troubles }: Pick<Estado, 'troubles'>): boolean {
  return troubles.some(({ kind }) => kind === 'reloj');
}
