import { statSync } from 'node:fs';
import type { Hash } from '../format/hash.ts';
import type { Entry, Manifest } from '../format/manifest.ts';
import { eachOf } from './at-once.ts';
import type { Bucket } from './bucket/bucket.ts';
import type { Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import { chooseSample, type Plan, planCorte } from './plan.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * Brings a corte's folder in the bucket to what its manifest says: the new contents over our link, the others copied by the
 * store; then everything is looked at in a list, and some of it is read back. Whatever was interrupted goes on where the list
 * says that it stopped.
 */

export interface CopyPlan {
  readonly bucket: Bucket;
  readonly memory: Memory;
  readonly layout: Layout;
  readonly connections: number;
  readonly sample: number;
  /** from 0 to 1 */
  readonly random: () => number;
  /** @throws where it is no longer worth going on */
  readonly goOn: () => void;
}

export interface Copied {
  uploaded: number;
  copied: number;
  checked: number;
  /** objects that were not what was written, and were written again */
  repaired: number;
}

/** How often what is wrong is written again. */
const ROUNDS = 4;

/** @throws Trouble `not-repaired`, `altered`, or what the store answers */
export async function copyCorte(plan: CopyPlan): Promise<Copied> {
  const { memory, layout } = plan;
  const { folder } = layout;
  const done: Copied = { uploaded: 0, copied: 0, checked: 0, repaired: 0 };
  const fresh = new Map<string, Entry>();
  for (let round = 1; round <= ROUNDS; round++) {
    const todo = await compare(plan, round === 1);
    const count = todo.puts.length + todo.copies.length;
    if (count + todo.strays.length === 0) {
      const wrong = await readBack(plan, [...fresh.values()], done);
      if (wrong.length === 0) {
        memory.sources = sourcesOf(layout.manifest, folder);
        return done;
      }
      done.repaired += wrong.length;
      await put(plan, wrong, done, fresh);
      continue;
    }
    if (round > 1) done.repaired += count;
    await put(plan, todo.puts, done, fresh);
    await copy(plan, todo.copies, done, fresh);
    await each(plan, todo.strays, (key) => plan.bucket.remove(key));
  }
  const { puts } = await compare(plan, false);
  if (puts[0]) throw new Trouble('not-repaired', words.notRepaired(puts.length, `${folder}${puts[0].path}`));
  const wrong = await readBack(plan, [...fresh.values()], done);
  if (wrong[0]) throw new Trouble('not-repaired', words.notRepaired(wrong.length, `${folder}${wrong[0].path}`));
  memory.sources = sourcesOf(layout.manifest, folder);
  return done;
}

/** Where an older corte, that another process may have written, has contents of this one. */
export async function sourcesIn(plan: CopyPlan, older: Manifest, folder: string): Promise<ReadonlyMap<Hash, string>> {
  const own = new Map(plan.layout.manifest.map((entry) => [entry.sha256, entry]));
  const listed = new Map((await plan.bucket.list(folder)).objects.map((object) => [object.key, object]));
  const sources = new Map<Hash, string>();
  await each(plan, older, async ({ path, sha256 }) => {
    const [here, there] = [own.get(sha256), listed.get(`${folder}${path}`)];
    if (here === undefined || !there || sources.has(sha256)) return;
    if (await plan.memory.isRight(there, sha256, plan.layout.fileOf(here))) sources.set(sha256, there.key);
  });
  return sources;
}

function sourcesOf(manifest: Manifest, folder: string): ReadonlyMap<Hash, string> {
  return new Map(manifest.map(({ path, sha256 }) => [sha256, `${folder}${path}`]));
}

/**
 * What is still to be done, by a list of what is there.
 * @param isFirst whether anything is copied by the store: what came out wrong of that goes over our link
 */
async function compare(plan: CopyPlan, isFirst: boolean): Promise<Plan> {
  const { bucket, memory, layout } = plan;
  const { folder, manifest, isShared } = layout;
  const wanted = new Map(manifest.map((entry) => [`${folder}${entry.path}`, entry]));
  const there = new Map<string, boolean>();
  await each(plan, (await bucket.list(folder)).objects, async (listed) => {
    const entry = wanted.get(listed.key);
    if (entry === undefined && isShared) return;
    there.set(listed.key, entry !== undefined && (await memory.isRight(listed, entry.sha256, layout.fileOf(entry))));
  });
  // A number may be used again: what is below this folder is overwritten, and no source.
  const sources = [...memory.sources].filter(([, key]) => !key.startsWith(folder));
  const todo = planCorte(manifest, there, new Map(sources), (path) => `${folder}${path}`);
  if (isFirst) return todo;
  return { ...todo, puts: [...todo.puts, ...todo.copies.map(({ entry }) => entry)], copies: [] };
}

async function put(plan: CopyPlan, entries: readonly Entry[], done: Copied, fresh: Map<string, Entry>): Promise<void> {
  const { bucket, memory, layout } = plan;
  await each(plan, entries, async (entry) => {
    const { path, sha256 } = entry;
    const [key, file] = [`${layout.folder}${path}`, layout.fileOf(entry)];
    memory.forget(key);
    memory.wrote(key, sha256, await bucket.put(key, layout.headersOf(path), { file, size: statSync(file).size, sha256 }));
    done.uploaded += 1;
    fresh.set(path, entry);
  });
}

async function copy(plan: CopyPlan, copies: Plan['copies'], done: Copied, fresh: Map<string, Entry>): Promise<void> {
  const { bucket, memory, layout } = plan;
  const lost: Entry[] = [];
  await each(plan, copies, async ({ entry, from }) => {
    const key = `${layout.folder}${entry.path}`;
    const written = await bucket.copy(from, key, layout.headersOf(entry.path), memory.etagOf(from));
    if (written === null) {
      lost.push(entry);
      return;
    }
    memory.wrote(key, entry.sha256, written);
    done.copied += 1;
    fresh.set(entry.path, entry);
  });
  // What the copies were to be made from is gone, or is something else now.
  await put(plan, lost, done, fresh);
}

/** @returns the entries of a sample that the store does not give as they were written */
async function readBack(plan: CopyPlan, fresh: readonly Entry[], done: Copied): Promise<Entry[]> {
  const { bucket, memory, layout, sample, random } = plan;
  const wrong: Entry[] = [];
  await each(plan, chooseSample(layout.manifest, fresh, sample, random), async (entry) => {
    const key = `${layout.folder}${entry.path}`;
    done.checked += 1;
    if ((await bucket.hash(key, statSync(layout.fileOf(entry)).size)) === entry.sha256) return;
    memory.forget(key);
    wrong.push(entry);
  });
  return wrong;
}

/** So many at once as there are connections, for as long as the pass goes on. */
async function each<T>({ connections, goOn }: CopyPlan, all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  await eachOf(connections, all, (one) => {
    goOn();
    return work(one);
  });
}
