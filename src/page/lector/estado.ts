import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { staleAfter, whatToShow } from '../../verdict/publication.ts';
import { isExpired } from '../../verdict/trust-chain.ts';
import { secondsWrong } from './clock-doubt.ts';
import type { HeldCorte } from './cortes.ts';
import type { Known } from './known.ts';
import { type CorteFacts, type Estado, MOST, type Trouble } from './messages.ts';
import type { Mirrors } from './mirrors.ts';

/** How things stand, for the bar: by what was verified, the signed hours and the reader's clock. */

export interface Standing {
  readonly known: Known;
  readonly mirrors: Mirrors;
  /** ms since the epoch by the reader's clock */
  readonly now: number;
  /** since when no mirror answers */
  readonly offlineSince: number | null;
  /** what was met on the way, the newest last */
  readonly met: readonly Trouble[];
  readonly isKeeping: boolean;
}

/** What is shown: a phase with its rules, and its newest corte, null where there is none. */
export interface Current {
  readonly rules: Phase;
  readonly head: HeldCorte | null;
}

/**
 * The phase that is shown: of the official ones that have cortes the one with the newest; or else one that is open or, if
 * none is, was open last, though no corte of it could be had, so that no drill stands in its place; or else a drill; or else
 * the official one that comes next.
 */
export function currentOf(known: Known, now: number): Current | null {
  const { phases } = known.trust().newest.document;
  const begun = phases.flatMap((rules) => {
    const head = known.head(rules.name);
    return head ? [{ rules, head }] : [];
  });
  const newest = begun.sort((a, b) => instantOf(b.head.corte.statement.taken_at) - instantOf(a.head.corte.statement.taken_at));
  const official = newest.find(({ rules }) => rules.kind === 'oficial');
  if (official) return official;
  const officials = phases.filter(({ kind }) => kind === 'oficial').sort((a, b) => instantOf(a.opens_at) - instantOf(b.opens_at));
  const notClosed = officials.find(({ closes_at }) => instantOf(closes_at) > now);
  if (notClosed && instantOf(notClosed.opens_at) <= now) return { rules: notClosed, head: null };
  const opened = officials.findLast(({ opens_at }) => instantOf(opens_at) <= now);
  if (opened) return { rules: opened, head: null };
  return newest[0] ?? (notClosed ? { rules: notClosed, head: null } : null);
}

export function estadoOf({ known, mirrors, now, offlineSince, met, isKeeping }: Standing): Estado {
  const trust = known.trust();
  const current = currentOf(known, now);
  const statement = current?.head?.corte.statement ?? null;
  const seen = current ? known.seen(current.rules.name) : null;
  const told = mirrors.told(now);
  const claims = told.flatMap(({ number, state }) => (state === 'atrasado' && number !== null ? [number] : []));
  const hasNone = current !== null && current.head === null;
  const isOlder = claims.length > 0 && !told.some(({ state }) => state === 'responde');
  const staleAt = current ? staleAfter(current.rules, statement) : null;
  const wrong = statement && secondsWrong(instantOf(statement.taken_at), staleAt, now, mirrors.showing());
  const troubles: Trouble[] = [
    ...known.trustForks().map((fork) => ({ kind: 'bifurcacion-confianza', ...fork }) as const),
    ...known.forks().map(({ phase, number, one, other }) => ({ kind: 'bifurcacion', phase, number, one, other }) as const),
    ...known.revoked().map(({ number, sha256, version }) => ({ kind: 'revocado', number, sha256, version }) as const),
    ...(isOlder ? [{ kind: 'mas-viejo', number: Math.max(...claims), seen: seen?.number ?? 0 } as const] : []),
    ...(wrong === null ? [] : [{ kind: 'reloj', seconds: wrong } as const]),
    ...(isKeeping ? [] : [{ kind: 'no-guarda' } as const]),
    ...met,
  ];
  return {
    type: 'cotejo/estado',
    title: trust.newest.document.title,
    phase: current && {
      name: current.rules.name,
      isDrill: current.rules.kind === 'simulacro',
      opensAt: current.rules.opens_at,
      closesAt: current.rules.closes_at,
    },
    shows: current === null ? 'nada' : shownOf(current, now, hasNone && mirrors.isAnyAnswering() !== true),
    head: current?.head ? factsOf(current.head) : null,
    avisoAt: staleAt,
    trust: trust.newest.document.version,
    isTrustExpired: isExpired(trust, now),
    mirrors: told,
    seen: seen && { number: seen.number, sha256: seen.sha256 },
    offlineSince,
    troubles: troubles.slice(0, MOST.troubles),
  };
}

/** @param isUnknown whether nobody could say that there is no corte yet */
function shownOf({ rules, head }: Current, now: number, isUnknown: boolean): Estado['shows'] {
  const shown = whatToShow(rules, head?.corte.statement ?? null, now);
  return shown === 'espera' && isUnknown && now >= instantOf(rules.opens_at) ? 'nada' : shown;
}

export function factsOf({ corte: { statement, sha256 } }: HeldCorte): CorteFacts {
  const { phase, number, taken_at, final } = statement;
  return { phase, number, takenAt: taken_at, sha256, isFinal: final };
}
