import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { encodeDocument, hash, name } from '../../format/document.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { decodeUtf8 } from '../../format/text.ts';
import { codeOf } from '../../format/thrown.ts';

/**
 * `<panel>/firmado.json`: which corte this machine signed last. As long as the chain ends there nobody else has signed in
 * its name, as far as this machine can know, and it goes on without asking anyone. A chain that came from elsewhere (an
 * archive, a Difusor, another machine) does not end there: then the nodes are asked first.
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
  /** Notes, durably, that a corte is about to be put into the chain. */
  signing(phase: string, before: ChainEnd, next: ChainEnd): Promise<void>;
  /**
   * Notes, durably, that this machine goes on from here.
   * @param until the last instant at which that holds, ms; for good, where it is null
   */
  take(phase: string, head: ChainEnd, until?: number | null): Promise<void>;
}

/**
 * @param chain the chain folder, which is there
 * @throws Error, also of its calls, where the panel or the machine's identity can't be read or written; a file that is no
 *   mark counts as none
 */
export async function openMark(panel: string, chain: string): Promise<SignedMark> {
  const file = join(panel, 'firmado.json');
  const machine = await machineWith(chain);

  async function put(phase: string, entry: Mark['phases'][string]): Promise<void> {
    const phases = { ...(await readMark(file, machine))?.phases, [phase]: entry };
    await writeDurably(file, encodeDocument({ machine, phases }));
  }

  return {
    async holds(phase, head, now) {
      const entry = (await readMark(file, machine))?.phases[phase];
      if (!entry || (entry.until !== null && now > entry.until)) return false;
      for (const one of [entry.last, entry.next]) {
        if (one === null) continue;
        if (one.number === head.number && one.corte === head.corte) return true;
        if (one.number > head.number && (await isAside(chain, phase, one))) return true;
      }
      return false;
    },
    signing: (phase, before, next) => put(phase, { last: before, next, until: null }),
    take: (phase, head, until = null) => put(phase, { last: head, next: null, until }),
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
