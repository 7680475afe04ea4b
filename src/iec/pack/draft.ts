import { setTimeout as sleepFor } from 'node:timers/promises';
import { encodeDocument } from '../../format/document.ts';
import { type Measured, parseStatement, type Statement } from '../../format/statement.ts';
import { formatTime, instantOf, offsetOf } from '../../format/time.ts';
import type { Signer } from '../../format/trust.ts';
import { checkMaySign, checkPlace, checkTime, checkTrustNamed, type Head } from '../../verdict/corte.ts';
import { phaseOf, type TrustChain } from '../../verdict/trust-chain.ts';

/** The statement of the next corte, and whether a Difusor would admit it. */

/** What of an order is said in the statement. */
export interface DraftOrder {
  readonly phase: string;
  readonly note?: string | null | undefined;
  readonly final?: boolean | undefined;
  /** milliseconds since the epoch */
  readonly now: () => number;
  /** setTimeout's, if absent */
  readonly sleep?: ((ms: number) => Promise<unknown>) | undefined;
}

/** What the next corte says, as far as it is known before its source is read. */
export interface Draft {
  readonly order: DraftOrder;
  readonly trust: TrustChain;
  readonly head: Head | null;
  readonly signer: Signer;
  readonly takenAt: string;
}

/** The measures of a source that was not read yet. */
export const NOTHING: Measured = { sha256: '0'.repeat(64), bytes: 0, files: 0, content_bytes: 0 };

/** The statement of a draft, over a manifest and a package of these measures. */
export function statementOf({ order, trust, head, takenAt }: Draft, manifest: Measured, pack: Measured): Statement {
  const { document, sha256 } = trust.newest;
  return {
    type: 'cotejo/corte',
    format: 1,
    election: document.election,
    phase: order.phase,
    number: (head?.statement.number ?? 0) + 1,
    previous: head?.sha256 ?? null,
    trust: { version: document.version, sha256 },
    taken_at: takenAt,
    final: order.final ?? false,
    note: order.note ?? null,
    manifest,
    package: pack,
  };
}

/** Checks A4–A7 as a Difusor will. @throws Refusal */
export function checkDraft({ order, trust, head, signer }: Draft, statement: Statement): void {
  parseStatement(encodeDocument(statement));
  checkMaySign(statement, signer, trust);
  const now = order.now();
  checkTrustNamed(statement, trust, head, now);
  checkPlace(statement, head);
  checkTime(statement, trust, head, now);
}

/**
 * The current time, in whole seconds. If the newest corte is of this very second (another pack that we waited for),
 * this waits for the next second, since two cortes can't have one time. A corte further in the future is refused later.
 */
export async function timeAfter(
  head: Head | null,
  { phase, now, sleep = sleepFor }: DraftOrder,
  trust: TrustChain,
): Promise<string> {
  const offset = offsetOf(phaseOf(trust, phase)?.opens_at ?? trust.newest.document.issued_at);
  const before = head ? instantOf(head.statement.taken_at) : Number.NEGATIVE_INFINITY;
  const wait = before + 1000 - now();
  if (wait > 0 && wait <= 1000) await sleep(wait + 5); // timers may be early by a little
  return formatTime(now(), offset);
}
