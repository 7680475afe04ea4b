import { deliveryName } from '../format/naming.ts';

/** What this node lacks, as far as the mirrors say, and whether it is time to fetch it. Pure. */

/** A phase of this node. */
interface OwnPhase {
  readonly name: string;
  /** the number of the newest corte that it has, or that waits in our inbox to be taken */
  readonly number: number;
}

export interface Situation<M> {
  /** in the order in which they are served */
  readonly phases: readonly OwnPhase[];
  /** deliveries that the IEC has brought and the daemon has not taken, or is bringing right now */
  readonly arriving: ReadonlySet<string>;
  /** what each mirror that may be fetched from says it has, the one to ask first in front */
  readonly claims: readonly { readonly mirror: M; readonly has: ReadonlyMap<string, number> }[];
  /** since when a delivery has been lacking, ms of the clock that only runs forward */
  readonly since: ReadonlyMap<string, number>;
  /** until when a delivery that could not be brought is left alone, by the same clock; -Infinity where it is not */
  readonly heldUntil: (delivery: string) => number;
  /** the same clock, now */
  readonly elapsed: number;
}

export interface Courtesy {
  /** ms that the IEC has for bringing its newest corte before others are asked for it */
  readonly waitMs: number;
  /** ms that an upload of the IEC's which is under way has more */
  readonly uploadMs: number;
}

interface Job<M> {
  readonly phase: string;
  readonly number: number;
  readonly mirrors: readonly M[];
}

export interface Outlook<M> {
  /** what to fetch now */
  readonly job: Job<M> | null;
  /** every delivery that is lacking next in its phase, with the moment from which it may be fetched */
  readonly lacking: ReadonlyMap<string, number>;
  /** whether all of it could be fetched by now, and is left alone for a while */
  readonly isHeldBack: boolean;
}

/**
 * The next corte of each phase that some mirror has and this node has not. Only the newest one is waited for: where a
 * mirror has a later one too, the IEC's turn is over. What could not be brought and is left alone holds up no other phase.
 */
export function outlookOf<M>(situation: Situation<M>, { waitMs, uploadMs }: Courtesy): Outlook<M> {
  const { phases, arriving, claims, since, heldUntil, elapsed } = situation;
  const lacking = new Map<string, number>();
  let heldBack = 0;
  let job: Job<M> | null = null;
  for (const { name, number: held } of phases) {
    const number = held + 1;
    const having = claims.filter(({ has }) => (has.get(name) ?? 0) >= number);
    if (having.length === 0) continue;
    const delivery = deliveryName({ kind: 'corte', phase: name, number });
    const seen = since.get(delivery) ?? elapsed;
    const isNewest = having.every(({ has }) => has.get(name) === number);
    const courtesy = (isNewest ? waitMs : 0) + (arriving.has(delivery) ? uploadMs : 0);
    const until = heldUntil(delivery);
    lacking.set(delivery, Math.max(seen + courtesy, until));
    if (seen + courtesy > elapsed) continue;
    if (until > elapsed) heldBack += 1;
    else job ??= { phase: name, number, mirrors: having.map(({ mirror }) => mirror) };
  }
  return { job, lacking, isHeldBack: heldBack > 0 && heldBack === lacking.size };
}
