import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { readBounded, readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { encodeDocument, hash, name } from '../../format/document.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { parseSixDigits, sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { parseStatement } from '../../format/statement.ts';
import { decodeUtf8 } from '../../format/text.ts';
import { codeOf } from '../../format/thrown.ts';

/**
 * `<panel>/firmado.json`: which corte this machine signed last. As long as the chain ends there nobody else has signed in
 * its name, as far as this machine can know, and it goes on without asking anyone. A chain that came from elsewhere (an
 * archive, a Difusor, another machine) does not end there: then the nodes are asked first. It also keeps which Difusores a
 * person overruled who let this machine go on.
 *
 * The mark holds for this machine and this chain folder alone: what is copied together with them says nothing. A disk
 * that is cloned or set back as a whole brings it along, and that is not noticed here.
 */

/** The end of a chain: 0 and null before its first corte. */
export interface ChainEnd {
  readonly number: number;
  /** of its `corte.json` */
  readonly corte: Hash | null;
}

const end = v.object({ number: v.pipe(v.number(), v.integer(), v.minValue(0)), corte: v.nullable(hash) });
const schema = v.object({
  machine: hash,
  phases: v.record(
    name,
    v.object({
      last: end,
      /** the one after it, which was signed and may have been put into the chain */
      next: v.nullable(end),
      /** ms since the epoch, after which it holds no more; null where it holds for good */
      until: v.nullable(v.number()),
      /** the Difusores whose word alone is not heeded; absent where it is everybody's */
      overruled: v.optional(v.array(name), []),
      /** whether a person let this machine go on from `last` though no node answered */
      alone: v.optional(v.boolean(), false),
    }),
  ),
});
type Mark = v.InferOutput<typeof schema>;

export interface SignedMark {
  /**
   * Whether the chain of a phase ends with what this machine signed or took over last.
   * @param now ms since the epoch
   */
  holds(phase: string, head: ChainEnd, now: number): Promise<boolean>;
  /** The Difusores whose word alone a person decided not to heed, when this machine was last let go on. */
  overruled(phase: string): Promise<ReadonlySet<string>>;
  /** Whether a person let this machine go on from this very end though no node answered. */
  mayBeAlone(phase: string, head: ChainEnd): Promise<boolean>;
  /** Notes, durably, that a corte is about to be put into the chain. */
  signing(phase: string, before: ChainEnd, next: ChainEnd): Promise<void>;
  /** Notes, durably, that it is in the chain: were it lost, the one before it is not the end that this machine made. */
  signed(phase: string, end: ChainEnd): Promise<void>;
  /** The same of an end that is found there, where it is the one that was about to be put into the chain. */
  settle(phase: string, head: ChainEnd): Promise<void>;
  /** Notes, durably, that this machine goes on from here. */
  take(phase: string, head: ChainEnd, terms?: TakeTerms): Promise<void>;
}

interface TakeTerms {
  /** the last instant at which it holds, ms; for good, where it is null or absent */
  readonly until?: number | null;
  /** Difusores whose word alone is not heeded from now on; none, if absent */
  readonly overruled?: readonly string[];
  /** whether it need not hear any node before it signs the next corte; false, if absent */
  readonly alone?: boolean;
}

/**
 * @param chain the chain folder, which is there
 * @throws Error, also of its calls, where the panel or the machine's identity can't be read or written; a file that is no
 *   mark counts as none
 */
export async function openMark(panel: string, chain: string): Promise<SignedMark> {
  const file = join(panel, 'firmado.json');
  const machine = await machineWith(chain);

  const entryOf = async (phase: string) => (await readMark(file, machine))?.phases[phase];

  async function put(
    phase: string,
    entry: Omit<Mark['phases'][string], 'overruled' | 'alone'>,
    { overruled, alone = false }: Omit<TakeTerms, 'until'> = {},
  ): Promise<void> {
    const before = (await readMark(file, machine))?.phases;
    const names = [...(overruled ?? before?.[phase]?.overruled ?? [])];
    await writeDurably(file, encodeDocument({ machine, phases: { ...before, [phase]: { ...entry, overruled: names, alone } } }));
  }

  return {
    async holds(phase, head, now) {
      const entry = await entryOf(phase);
      if (!entry || (entry.until !== null && now > entry.until)) return false;
      for (const one of [entry.last, entry.next]) {
        if (one === null) continue;
        if (isSameEnd(one, head)) return true;
        if (one.number > head.number && (await isAside(chain, phase, one)) && (await isCutAfter(chain, phase, head))) return true;
      }
      return false;
    },
    overruled: async (phase) => new Set((await entryOf(phase))?.overruled),
    async mayBeAlone(phase, head) {
      const entry = await entryOf(phase);
      return entry !== undefined && entry.alone && isSameEnd(entry.last, head);
    },
    signing: (phase, before, next) => put(phase, { last: before, next, until: null }),
    signed: (phase, end) => put(phase, { last: end, next: null, until: null }),
    async settle(phase, head) {
      const next = (await entryOf(phase))?.next;
      if (next && isSameEnd(next, head)) await put(phase, { last: head, next: null, until: null });
    },
    take: (phase, head, { until = null, overruled = [], alone = false } = {}) =>
      put(phase, { last: head, next: null, until }, { overruled, alone }),
  };
}

async function readMark(file: string, machine: Hash): Promise<Mark | null> {
  try {
    const bytes = await readIfThere(file, LIMITS.documentBytes);
    if (bytes === null) return null;
    const mark = v.parse(schema, JSON.parse(decodeUtf8(bytes) ?? ''));
    return mark.machine === machine ? mark : null;
  } catch (error) {
    if (error instanceof v.ValiError || error instanceof SyntaxError || error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * Whether `iec heal` set a corte aside, which the custodians disowned: then the chain ends before it.
 * @param chain real, absolute; where the hash is null, any corte of that number counts
 */
export async function isAside(chain: string, phase: string, { number, corte }: ChainEnd): Promise<boolean> {
  const beginning = `${phase}-${sixDigits(number)}-${corte?.slice(0, 16) ?? ''}`;
  return (await namesIn(join(dirname(chain), 'revoked'))).some((one) => one.startsWith(beginning));
}

/** The numbers of the cortes of a phase that `iec heal` set aside. @param chain real, absolute */
export async function asideNumbers(chain: string, phase: string): Promise<number[]> {
  const names = (await namesIn(join(dirname(chain), 'revoked'))).filter((one) => one.startsWith(`${phase}-`));
  const numbers = names.map((one) => parseSixDigits(one.slice(phase.length + 1, phase.length + 7)));
  return [...new Set(numbers.filter((number) => number !== null))];
}

/** Whether what `iec heal` set aside followed this very end, and not another corte of its number. */
async function isCutAfter(chain: string, phase: string, head: ChainEnd): Promise<boolean> {
  const revoked = join(dirname(chain), 'revoked');
  const beginning = `${phase}-${sixDigits(head.number + 1)}-`;
  for (const one of (await namesIn(revoked)).filter((each) => each.startsWith(beginning))) {
    try {
      const bytes = await readBounded(join(revoked, one, 'corte.json'), LIMITS.documentBytes);
      if (parseStatement(bytes).previous === head.corte) return true;
    } catch (error) {
      if (!(error instanceof Refusal) && codeOf(error) !== 'ENOENT') throw error;
    }
  }
  return false;
}

export function isSameEnd(one: ChainEnd, other: ChainEnd): boolean {
  return one.number === other.number && one.corte === other.corte;
}

/** This machine with this folder; the machine's identity itself is not for others to see. */
async function machineWith(chain: string): Promise<Hash> {
  const { ino } = await fs.stat(chain, { bigint: true });
  return createHash('sha256')
    .update(`cotejo firmado\n${await machineId()}\n${ino}\n`)
    .digest('hex');
}

async function machineId(): Promise<string> {
  try {
    return (await fs.readFile('/etc/machine-id', 'latin1')).trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return hostname();
  }
}
