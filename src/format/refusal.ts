import type { Said } from './said.ts';
import { asOneLine } from './text.ts';
import { words } from './words.ts';

/**
 * Why something is not believed. The list is closed: every refusal of the format carries one of these codes, scripts
 * and tests rely on the code, and the detail is for people.
 */
export const CODES = [
  'delivery-malformed',
  'delivery-incomplete',
  'too-large',
  'signature-malformed',
  'signature-invalid',
  'signer-unknown',
  'signer-out-of-range',
  'statement-malformed',
  'wrong-election',
  'wrong-phase',
  'trust-missing',
  'trust-mismatch',
  'trust-expired',
  'gap',
  'fork',
  'after-final',
  'time-order',
  'time-future',
  'phase-closed',
  'manifest-mismatch',
  'manifest-malformed',
  'path-forbidden',
  'package-mismatch',
  'package-malformed',
  'content-mismatch',
  'content-missing',
  'trust-malformed',
  'trust-version',
  'trust-threshold',
  'trust-rewrites',
  'trust-fork',
] as const;

export type Code = (typeof CODES)[number];

/** Codes that mean "not yet": what is missing may still arrive, and the delivery stays where it is. */
const DEFERRED: ReadonlySet<Code> = new Set<Code>(['delivery-incomplete', 'trust-missing', 'gap']);

/** A verdict against something, thrown by the check that finds it. Never an I/O error: those are plain `Error`s. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: Code;
  /** {@link detail} in both languages */
  readonly said: Said;

  /**
   * @param detail one line for people, lower case, without a final period; it may change between versions. It may quote
   *   what was refused, even unsigned bytes: characters that could act on a terminal or forge a line of a log are
   *   escaped here.
   */
  constructor(code: Code, detail: Said, options?: { cause?: unknown }) {
    const safe = detail.map((text) => asOneLine(text));
    super(safe.en, options);
    this.said = safe;
    this.code = code;
  }

  /** in English, as in JSON */
  get detail(): string {
    return this.message;
  }

  /** Whether the thing may become good by itself, once what it waits for arrives. */
  get deferred(): boolean {
    return DEFERRED.has(this.code);
  }
}

/**
 * The refusal of something of which no more is read.
 * @param what its path or name, or what it is
 * @param limit bytes
 */
export function tooLarge(what: string | Said, limit: number): Refusal {
  return new Refusal('too-large', words.overBytes(what, limit));
}
