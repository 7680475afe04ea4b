import { askedOf } from '../audit/check/live-check.ts';
import { readCorte } from '../chain/chain-folder.ts';
import { sixDigits } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import type { Head } from '../verdict/corte.ts';
import type { Bucket } from './bucket/bucket.ts';
import { type Spent, spentSince } from './bucket/spent.ts';
import type { EspejoConfig } from './config.ts';
import { type Copied, type CopyPlan, copyCorte, sourcesIn } from './copy-corte.ts';
import { copyChain, copyPages, type Mark } from './copy-files.ts';
import { layOut } from './layout.ts';
import { keyOf, type Local, pointerTo, readLocal } from './local.ts';
import { type Look, newLooks } from './looks.ts';
import { type Memory, newMemory } from './memory.ts';
import { type Names, namesBelow, numberOf } from './objects.ts';
import { removeOutlived } from './outlive.ts';
import { decide } from './pointer.ts';
import { pointerIn } from './pointer-object.ts';
import { isSignerEnded, isTrustAhead, standingOfCorte } from './standing.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * One pass: the bucket is brought to what the node shows. The order is what makes it safe to be interrupted anywhere, and to
 * be done by two at once: first the objects of the corte, then a look whether they are there, then the chain, and last the
 * pointer, which is read before it is written.
 */

export interface Espejo {
  readonly config: EspejoConfig;
  readonly bucket: Bucket;
  /** ms since the epoch */
  readonly now: () => number;
  /** ms of a clock that only runs forward */
  readonly elapsed: () => number;
  readonly random: () => number;
  /** Called before each durable step, by its name, so that a test can end the work there. */
  readonly step?: (name: Step) => Promise<void> | void;
}

type Step = 'corte' | 'pages' | 'chain' | 'pointer' | 'removal';

export interface Result extends Copied {
  /** `published`: the pointer was written; `same`: it was right already; `behind`: somebody else's is newer, and good */
  readonly outcome: 'published' | 'same' | 'behind';
  readonly phase: string;
  readonly shows: Local['shows'];
  readonly number: number | null;
  /** cortes whose folders were removed */
  readonly removed: readonly number[];
  /** of this pass alone */
  readonly spent: Spent;
}

/** How often, at most, the node is asked whether it still shows the same, ms. */
const LOOK_MS = 500;

export interface Passes {
  /** @throws Trouble; Refusal, Error where the node can't be read */
  pass(): Promise<Result>;
}

export function newPasses(espejo: Espejo): Passes {
  const { config, bucket, now, elapsed, step } = espejo;
  const names = namesBelow(config.prefix);
  const memory: Memory = newMemory();
  const marks = new Map<string, Mark>();
  const hours = new Map<number, number>();
  const looks = newLooks(elapsed);

  const pointer = pointerIn(bucket, names);

  const pass = async (): Promise<Result> => {
    const before = { ...bucket.spent };
    const local = await readLocal(config, now());
    const ours = pointerTo(local, config);
    const result = (outcome: Result['outcome'], copied: Copied = NOTHING, removed: readonly number[] = []): Result => ({
      outcome,
      phase: ours.phase,
      shows: ours.shows,
      number: ours.number,
      ...copied,
      removed,
      spent: spentSince(before, bucket.spent),
    });
    const due = looks.due(local.key);
    if (due === 'rest' && decide(ours, await pointer.read(), 'good') === 'same') return result('same');
    if (await isTrustAhead(bucket, names, local.trust)) return result('behind');
    const first = await pointer.decideNow(ours, local.trust);
    if (first.proved) looks.saw(first.proved);
    if (first.decision === 'behind') return result('behind');
    const number = ours.number ?? 0;
    const isEnded = isSignerEnded(local.trust, ours.phase, number);
    looks.has(ours, isEnded);
    // Of this number the bucket may have a corte that is nobody's any more, and that is about to be overwritten.
    const isAsked = due !== 'again' && isEnded;
    const there = isAsked ? await standingOfCorte(bucket, names, ours.phase, number, local.trust) : null;
    if (there === 'disowned') looks.disowned(number);
    // What is below the number is about to be replaced, or is nobody's: nobody is led there any more.
    if (first.isDisowned) await pointer.write({ ...pointerTo({ ...local, shows: 'aviso', newest: null }, config) });

    const look = due === 'rest' ? 'new' : due;
    const copied = await copyAll(local, look);
    await step?.('pointer');
    if (keyOf(config) !== local.key) throw new Trouble('moved', words.moved);
    const { decision } = await pointer.decideNow(ours, local.trust);
    if (decision === 'behind') return result('behind', copied);
    if (decision === 'write') await pointer.write(ours);
    looks.ended(look, local.key, ours);
    await step?.('removal');
    if (ours.number !== null) hours.delete(ours.number);
    const removed = await removeOutlived({
      bucket,
      names,
      phase: ours.phase,
      trust: local.trust,
      newest: local.newest?.statement.number ?? 0,
      current: number,
      keep: config.keep_hours * 3_600_000,
      connections: config.connections,
      hours,
      layout: config.layout,
    });
    for (const gone of removed) {
      marksBelow(marks, `${names.chain}${ours.phase}/${sixDigits(gone)}/`);
      if (gone > number) looks.disowned(gone);
    }
    return result(decision === 'write' || first.isDisowned ? 'published' : 'same', copied, removed);
  };

  async function copyAll(local: Local, look: Exclude<Look, 'rest'>): Promise<Copied> {
    const { tree, newest } = local;
    // What no site shows has no place here either: a challenge's answer is worth a certificate of whoever shows it.
    const corte = local.corte && { ...local.corte, manifest: askedOf(local.corte.manifest).asked };
    let copied = { ...NOTHING };
    // Of these nothing is listed: they are written again.
    if (look === 'whole') for (const [key, { file }] of marks) if (file === null) marks.delete(key);
    if (corte && tree !== null) {
      await step?.('corte');
      const { number } = corte.statement;
      const layout = layOut(config.layout, names, { number, listed: corte.manifest, tree });
      const { connections } = config;
      const sample = look === 'again' ? 0 : config.sample;
      const plan = {
        bucket,
        memory,
        layout,
        connections,
        sample,
        random: espejo.random,
        goOn: goOnOf(config, local.key),
      };
      if (memory.sources.size === 0 && !layout.isShared) memory.sources = await adopted(plan, corte, local, names);
      copied = await copyCorte(plan);
      memory.keepOnly((key) => key.startsWith(layout.folder) || key.startsWith(names.chain));
    }
    const files = { bucket, memory, names, marks };
    await step?.('pages');
    copied.uploaded += await copyPages(files, local);
    await step?.('chain');
    const { written, repaired } = await copyChain(files, { ...local, newest }, look !== 'new');
    copied.uploaded += written;
    copied.repaired += repaired;
    return copied;
  }

  return { pass };
}

/** What the corte before this one, found in the bucket, offers to be copied from. */
async function adopted(
  plan: CopyPlan,
  { statement }: Head,
  { rooms }: Local,
  names: Names,
): Promise<CopyPlan['memory']['sources']> {
  const { bucket } = plan;
  const { phase, number } = statement;
  const numbers = (await bucket.list(names.cortes, '/')).prefixes.map((prefix) => numberOf(names, prefix));
  const before = Math.max(0, ...numbers.filter((other) => other !== null && other < number).map(Number));
  if (before === 0) return new Map();
  try {
    return await sourcesIn(plan, (await readCorte(rooms.chain, phase, before)).manifest, names.corte(before));
  } catch (error) {
    if (error instanceof Refusal) return new Map();
    throw error;
  }
}

/** Ends the copying soon after the node shows something else. */
function goOnOf(config: EspejoConfig, key: string): () => void {
  let looked = 0;
  return () => {
    const moment = performance.now();
    if (moment - looked < LOOK_MS) return;
    looked = moment;
    if (keyOf(config) !== key) throw new Trouble('moved', words.moved);
  };
}

const NOTHING: Copied = { uploaded: 0, copied: 0, checked: 0, repaired: 0 };

function marksBelow(marks: Map<string, Mark>, prefix: string): void {
  for (const key of marks.keys()) if (key.startsWith(prefix)) marks.delete(key);
}
