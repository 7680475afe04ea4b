import { CODES, type Code } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { asOneLine } from '../../format/text.ts';
import { saidBy } from '../../format/thrown.ts';
import { statusIn } from './status.ts';
import { words } from './words.ts';

/**
 * What can go wrong between the IEC and a node, and with a corte before it, by name. The list is closed like the
 * format's: scripts, the panel and tests rely on the name; the detail is for people. A refusal by a node carries the
 * format's own code.
 */
const TROUBLES = [
  'unreachable',
  'no-answer',
  'no-agreement',
  'stalled',
  'connection-lost',
  'host-key-changed',
  'login-refused',
  'no-sftp',
  'inbox-missing',
  'inbox-forbidden',
  'outbox-missing',
  'outbox-forbidden',
  'outbox-too-large',
  'disk-full',
  'write-failed',
  'acuse-forged',
  'acuse-other-corte',
  'acuse-future',
  'not-taken',
  'no-acuse',
  'clock-skew',
  'source-changed',
  'iec-disk-full',
  'iec-clock',
  'node-failed',
  'daemon-silent',
  'cut-off',
  'corte-lost',
  'not-asked',
  'iec-failed',
] as const;

export type TroubleCode = (typeof TROUBLES)[number] | Code;

export const TROUBLE_CODES: readonly TroubleCode[] = [...TROUBLES, ...CODES];

/** Something is not authentic, or a node refused: exit 1. Everything else may be better at the next try: exit 3. */
const DISTRUST: ReadonlySet<TroubleCode> = new Set<TroubleCode>([
  ...CODES,
  'host-key-changed',
  'acuse-forged',
  'acuse-other-corte',
  'acuse-future',
]);

/** What went wrong with a node, by name. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly code: TroubleCode;

  /** the detail in both languages */
  readonly said: Said;

  /** @param detail one line, lower case, without a final period; it may quote a node, so it is escaped here */
  constructor(code: TroubleCode, detail: Said, options?: { cause?: unknown }) {
    const safe = detail.map((text) => asOneLine(text));
    super(safe.en, options);
    this.said = safe;
    this.code = code;
  }
}

/** The IEC itself ended a visit before its end. */
export function givenUp(cause?: unknown): Trouble {
  return new Trouble('connection-lost', words.givenUp, { cause });
}

/** What a person or a script is told of a trouble. */
export interface Told {
  readonly code: TroubleCode;
  /** in both languages, as far as they are known; in JSON it is the English one */
  readonly detail: Said;
}

/** Whether a trouble means "do not trust this" (exit 1), as opposed to "try again" (exit 3). */
export function isDistrust(code: TroubleCode): boolean {
  return DISTRUST.has(code);
}

/**
 * What is reported of a failure. Any error answered over the link is the node's; any other error without a name of its
 * own is the IEC's: its disk, its chain, its memory.
 */
export function toldOf(error: unknown): Told {
  if (error instanceof Trouble) return { code: error.code, detail: error.said };
  const detail = saidBy(error).map((text) => asOneLine(text));
  const status = statusIn(error);
  if (status !== null) return { code: 'node-failed', detail: words.statusAnswered(status, detail) };
  return { code: 'iec-failed', detail };
}
