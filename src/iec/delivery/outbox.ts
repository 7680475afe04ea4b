import { LIMITS } from '../../format/limits.ts';
import { parseSixDigits, sixDigits } from '../../format/naming.ts';
import { CODES, type Code } from '../../format/refusal.ts';
import { decodeUtf8 } from '../../format/text.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { isStatus, STATUS } from '../link/status.ts';
import { Trouble } from '../link/trouble.ts';
import type { NodeTarget } from '../setup/config.ts';
import { words } from './words.ts';

/**
 * Reads a node's outbox. The acuses are signed. The rest is a hint that may be false: it can make us send more than is
 * needed, never less.
 */

/** Most names in a folder of acuses, and most bytes of the two hints: a node with more is abusing us. */
const MOST_ACUSES = 20_000;
const HINT_BYTES = 256 * 1024;

/** The part of `status.json` that we look at. */
export interface Hint {
  /** of the newest trust document that the node says it holds; 0 where it says nothing */
  readonly trust: number;
  /** the newest corte of the phase that it says it holds; null where it says nothing */
  readonly number: number | null;
  /** its clock when it wrote this, ms; null where it says nothing */
  readonly at: number | null;
  /** whether its daemon says that it has ended */
  readonly isLeft: boolean;
  /** bytes that its file system has left; null where it says nothing */
  readonly freeBytes: number | null;
}

interface RefusedLine {
  /** when, by the node's clock, ms; null where the line does not say */
  readonly at: number | null;
  readonly delivery: string;
  readonly code: Code;
  readonly detail: string;
}

export interface Outbox {
  /** The numbers of the acuses that are there, whatever they hold, from the highest down. */
  acuses(): Promise<number[]>;
  hasAcuse(number: number): Promise<boolean>;
  /** The two files of an acuse, unverified; null while one of them is missing. */
  acuse(number: number): Promise<{ readonly bytes: Buffer; readonly signature: Buffer } | null>;
  hint(): Promise<Hint>;
  /**
   * Refusals that were not there at the last call; at the first one, all.
   * @param thoroughly reads the file even if it looks as before
   */
  newRefusals(thoroughly?: boolean): Promise<RefusedLine[]>;
}

/** The outbox of a node, over its link. Its calls throw Trouble where the account may not read it or it is too large. */
export function outboxOf(link: SftpLink, target: NodeTarget, phase: string): Outbox {
  const folder = `${target.outbox}/acuses/${phase}`;
  const fileOf = (number: number) => `${folder}/${sixDigits(number)}.json`;
  /** the lines as they were at the last call: no more is kept of what a node can change for ever */
  let seen: ReadonlySet<string> = new Set();
  let look = '';

  async function mayRead<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      if (isStatus(error, STATUS.PERMISSION_DENIED)) {
        throw new Trouble('outbox-forbidden', words.mayNotRead(target.user, target.outbox, target.host), { cause: error });
      }
      throw error;
    }
  }

  return {
    async acuses() {
      const names = (await mayRead(link.list(folder, MOST_ACUSES))) ?? [];
      const numbers = names.map((name) => (name.endsWith('.json') ? parseSixDigits(name.slice(0, -'.json'.length)) : null));
      return numbers.filter((number) => number !== null).sort((a, b) => b - a);
    },

    hasAcuse: async (number) => (await mayRead(link.find(fileOf(number)))) !== null,

    async acuse(number) {
      const [bytes, signature] = await mayRead(
        Promise.all([link.read(fileOf(number), LIMITS.documentBytes), link.read(`${fileOf(number)}.sig`, LIMITS.signatureBytes)]),
      );
      return bytes && signature && { bytes, signature };
    },

    async hint() {
      const bytes = await mayRead(link.read(`${target.outbox}/status.json`, HINT_BYTES));
      return hintIn(bytes === null ? null : parse(bytes), phase);
    },

    async newRefusals(thoroughly = false) {
      const file = `${target.outbox}/refused.jsonl`;
      const found = await mayRead(link.find(file));
      const now = found ? `${found.size} ${found.mtime}` : '';
      // Two refusals within one second may leave the file looking the same.
      if (found === null || (now === look && !thoroughly)) return [];
      look = now;
      const bytes = (await mayRead(link.read(file, HINT_BYTES))) ?? Buffer.alloc(0);
      const lines = (decodeUtf8(bytes) ?? '').split('\n').filter((line) => line !== '');
      const fresh = lines.filter((line) => !seen.has(line));
      seen = new Set(lines);
      return fresh.map((line) => refusedIn(parse(Buffer.from(line)))).filter((line) => line !== null);
    },
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '');
  } catch {
    return null; // a hint that is no JSON says nothing
  }
}

/** The members of what should be an object; none where it is something else. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function hintIn(value: unknown, phase: string): Hint {
  const status = membersOf(value);
  const phases: readonly unknown[] = Array.isArray(status['phases']) ? status['phases'] : [];
  const own = phases.map(membersOf).find((one) => one['phase'] === phase);
  return {
    trust: whole(membersOf(status['trust'])['version']) ?? 0,
    number: own ? (whole(own['number']) ?? 0) : null,
    at: instantIn(status['at']),
    isLeft: membersOf(status['daemon'])['at_work'] === false,
    freeBytes: whole(status['free_bytes']),
  };
}

function refusedIn(value: unknown): RefusedLine | null {
  const { at, delivery, code: said, detail } = membersOf(value);
  const code = CODES.find((known) => known === said);
  if (typeof delivery !== 'string' || !code) return null;
  return { at: instantIn(at), delivery, code, detail: typeof detail === 'string' ? detail : '' };
}

function instantIn(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : null;
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
