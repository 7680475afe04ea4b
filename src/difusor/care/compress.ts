import { closeSync, fchmodSync, futimesSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import { inBatches } from '../../disk/batches.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { syncFileSystem } from '../../disk/durable.ts';
import { removeWhole } from '../../disk/remove.ts';
import { roomBeside } from '../../disk/room.ts';
import type { Hash } from '../../format/hash.ts';
import { ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { Interrupted } from '../../service/steps.ts';
import { copyOf, MOST, mayBeWorth } from '../compressed/gzip-copy.ts';
import { freeTime, takenIn } from '../compressed/times.ts';
import type { OpenPhase } from '../phase/phase.ts';
import { words } from '../words.ts';

/**
 * Makes the compressed copies of the newest corte of a phase, a little at a time, when nothing else is to be done: no
 * corte, notice or acuse ever waits for one. Whatever fails or is interrupted leaves files that are served as they are.
 */
export interface Maker {
  /**
   * Goes on for about this long, ms. With the state's lock held, and after the phase is public.
   * @returns whether there is more to be done at once
   * @throws Interrupted; what fails is told
   */
  slice(phase: OpenPhase, ms: number): Promise<boolean>;
  /** Some copy of this phase was found wrong and taken away: they are gone through again. */
  readonly again: (phase: string) => void;
}

/** What is being done for one corte. */
interface Work {
  readonly corte: KnownCorte;
  /** contents that still want a copy */
  readonly wanting: Hash[];
  /** copies that are made and not on the disk for sure; by hash, where they lie */
  readonly made: Map<Hash, string>;
  /** of those */
  bytes: number;
  /** the sizes and times that copies of this phase have */
  readonly taken: Set<string>;
}

/** What failed is tried again so much later, ms. */
const RETRY_MS = 60_000;
/** Copies are synced and shown when there are so many bytes of them, and at the end. */
const AT_ONCE = 8 * 1024 * 1024;
/** Space that is left to the cortes whatever the copies need: so many bytes, or a tenth of a small disk. */
const LEFT = 512 * 1024 * 1024;

/** Bytes that copies may still take on the file system of a folder; a test gives its own. */
type RoomFor = (folder: string) => Promise<number>;

const roomFor: RoomFor = (folder) => roomBeside(folder, LEFT);

/** Writes bytes of a copy from a place in it on. @returns how many; a test gives its own */
type Write = (fd: number, copy: Buffer, at: number) => number;

export function newMaker(room: RoomFor = roomFor, write: Write = writeSync): Maker {
  const works = new Map<string, Work>();
  /** of each phase, the corte whose copies are all made */
  const done = new Map<string, Hash>();
  /** contents whose copies would be no smaller; of those that the cortes at hand have */
  const poor = new Set<Hash>();
  const failedAt = new Map<string, number>();

  async function goOn(phase: OpenPhase, corte: KnownCorte, ms: number): Promise<boolean> {
    const { compressed, setting } = phase;
    const before = works.get(phase.name);
    const work = before?.corte.sha256 === corte.sha256 ? before : await begin(phase, corte, before);
    works.set(phase.name, work);
    const until = performance.now() + ms;
    while (work.wanting.length > 0 && work.bytes < AT_ONCE && performance.now() < until) {
      setting.step('compressing');
      await makeOne(phase, work, work.wanting.pop()!);
    }
    if (work.wanting.length > 0 && work.bytes < AT_ONCE) return true;
    await compressed.add(corte.statement.number, corte.manifest, await keep(phase, work));
    if (work.wanting.length > 0) return true;
    await prune(phase);
    done.set(phase.name, corte.sha256);
    works.delete(phase.name);
    return false;
  }

  /** Links what is held already, and finds what is not. @param before what was begun for another corte */
  async function begin(phase: OpenPhase, corte: KnownCorte, before?: Work): Promise<Work> {
    const { compressed, content, setting } = phase;
    mkdirSync(compressed.store.folder, { recursive: true, mode: 0o755 });
    // What was hidden holds the disk until it is removed: that must not wait until there was room for all new copies. And
    // the admission has made links to copies that it found right: they look otherwise now, and need not be read again.
    await prune(phase);
    if (before) await keep(phase, before); // this corte may have them too
    const held = new Set<Hash>();
    const wanting = new Set<Hash>();
    const listed = new Set<Hash>();
    await inBatches(corte.manifest, ({ path, sha256 }) => {
      listed.add(sha256);
      if (held.has(sha256) || wanting.has(sha256) || poor.has(sha256)) return;
      const seen = lstatSync(content.path(sha256), { throwIfNoEntry: false });
      if (!seen || !mayBeWorth(path, seen.size)) return;
      setting.step('compressing');
      if (compressed.store.check(sha256) === null) wanting.add(sha256);
      else held.add(sha256);
    });
    await compressed.add(corte.statement.number, corte.manifest, held);
    for (const hash of poor) if (!listed.has(hash)) poor.delete(hash);
    // In the manifest's order, once they are taken from the end.
    return { corte, wanting: [...wanting].reverse(), made: new Map(), bytes: 0, taken: takenIn(compressed.store.folder) };
  }

  async function makeOne({ content, staging, name }: OpenPhase, work: Work, hash: Hash): Promise<void> {
    // Its bytes are hashed again by whoever reads the copy back: what does not unpack to the hash is no copy of it.
    const copy = await copyOf(await readBounded(content.path(hash), MOST));
    const time = copy && freeTime(copy, work.taken);
    if (copy === null || time === null) {
      poor.add(hash);
      return;
    }
    if ((await room(staging)) < copy.length) throw new ToldError(words.noRoomForCopies);
    const file = join(staging, `compressed-${name}-${hash}`);
    // What a write left that failed has a mode that keeps us from opening it; and what is there need not be ours.
    rmSync(file, { force: true });
    const fd = openSync(file, 'wx', 0o444);
    work.made.set(hash, file); // before it is whole: what failed is taken away too
    try {
      for (let at = 0; at < copy.length; ) at += write(fd, copy, at);
      fchmodSync(fd, 0o444);
      futimesSync(fd, time, time);
    } finally {
      closeSync(fd);
    }
    work.bytes += copy.length;
  }

  /**
   * Moves what was made into the store. A copy gets its name only when its bytes are on the disk: after a power cut readers
   * must not find it empty. @returns the contents whose copies are right
   */
  async function keep({ compressed, staging, setting }: OpenPhase, work: Work): Promise<ReadonlySet<Hash>> {
    const right = new Set<Hash>();
    if (work.made.size === 0) return right;
    await syncFileSystem(staging, () => setting.step('syncing'));
    setting.step('after copies sync');
    await inBatches(work.made, ([hash, file]) => {
      if (!lstatSync(file, { throwIfNoEntry: false })) {
        work.wanting.push(hash); // a command that was run beside this process has emptied staging
        return;
      }
      renameSync(file, compressed.store.path(hash));
      if (compressed.store.check(hash) !== null) right.add(hash);
    });
    work.made.clear();
    work.bytes = 0;
    return right;
  }

  async function failed({ name, told, setting }: OpenPhase, error: unknown): Promise<void> {
    failedAt.set(name, setting.elapsed());
    const work = works.get(name);
    works.delete(name);
    if (work) await removeWhole(...work.made.values()).catch(() => false);
    const what = words.compressed(name);
    if (!told.has(what.en)) setting.tell({ event: 'error', what, detail: saidBy(error) });
    told.add(what.en);
  }

  return {
    again: (phase) => void done.delete(phase),
    async slice(phase, ms) {
      const { name, head, policy, setting, told, compressed } = phase;
      if (!policy.compress) {
        await compressed.clear();
        return false;
      }
      if (head === null) return false;
      const isDone = done.get(name) === head.sha256;
      if (isDone && !compressed.hasHidden()) return false;
      if (setting.elapsed() - (failedAt.get(name) ?? -Infinity) < RETRY_MS) return false;
      try {
        // A tree may go when no copies are to be made, now or ever again: its own go all the same.
        if (isDone) await prune(phase);
        const isMore = !isDone && (await goOn(phase, await head.whole(), ms));
        failedAt.delete(name);
        if (!isMore) told.delete(words.compressed(name).en);
        return isMore;
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        await failed(phase, error);
        return false;
      }
    },
  };
}

/** Removes copies that no tree needs any more, which hold the disk until then. */
async function prune({ compressed, trees }: OpenPhase): Promise<void> {
  await compressed.prune(new Set(trees.numbers()));
}
