import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { NOWHERE, readPackage } from '../chain/package-reader.ts';
import type { Hash } from '../format/hash.ts';
import type { Manifest } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import { checkPackage } from '../verdict/corte.ts';
import type { Corte } from '../verdict/history.ts';
import { MemberJudge } from '../verdict/members.ts';
import type { OnBytes, PackageAudit } from './check/chain-check.ts';
import { cortePath } from './check/chain-reads.ts';
import { readManifest } from './check/live-check.ts';
import type { ChainSource } from './source/chain-source.ts';
import { words } from './words.ts';

const AT_ONCE = 2;
const MEBIBYTE = 1024 * 1024;

/**
 * A8–A11 over a whole phase, writing nothing: every manifest, package and content. A corte's contents are known when
 * those of the corte before it are and its package brings the rest. The packages are read a few at a time, since each
 * needs only its own manifest and the one before; their results are told in the order of the cortes.
 */
export function auditPackages(source: ChainSource, phase: string, onBytes: OnBytes): PackageAudit {
  const underWay: Promise<PromiseSettledResult<unknown>[]>[] = [];
  let previous: Manifest = [];
  let known: ReadonlyMap<Hash, number> = new Map();
  let results: Promise<void> = Promise.resolve();
  let failed = false;

  async function auditOne(corte: Corte, manifest: Manifest, before: Manifest): Promise<Map<Hash, number>> {
    const { statement } = corte;
    const path = cortePath(phase, statement.number, 'corte.tar.gz');
    const file = await source.fetch(path, statement.package.bytes);
    if (!file) throw new Refusal('delivery-incomplete', words.noPackage(statement.number));
    try {
      checkPackage(await measure(file.handle, statement.package.bytes, onBytes), statement);
      const brought = new Map<Hash, number>();
      await readPackage(chunksOf(file.handle), new MemberJudge(statement, manifest, before), (entry, size) => {
        brought.set(entry.sha256, size);
        return NOWHERE;
      });
      return brought;
    } finally {
      await file.close();
    }
  }

  return {
    take: async (corte) => {
      if (failed) return;
      const manifest = await readManifest(source, corte, hashHere);
      const before = previous;
      previous = manifest;
      const [oldest] = underWay.length < AT_ONCE ? [] : await underWay.shift()!;
      if (oldest?.status === 'rejected') failed = true;
      if (failed) return;
      const job = auditOne(corte, manifest, before);
      underWay.push(Promise.allSettled([job]));
      results = results.then(() =>
        attributed(corte.statement.number, async () => {
          known = sizesOf(corte, manifest, known, await job);
        }),
      );
      results.catch(() => {}); // finish() reports the error
    },
    finish: async () => {
      try {
        await results;
        return null;
      } catch (error) {
        if (error instanceof Attributed && error.cause instanceof Refusal) return { number: error.number, refusal: error.cause };
        throw error instanceof Attributed ? error.cause : error;
      }
    },
  };
}

/** An error with the number of the corte that it concerns. */
class Attributed extends Error {
  readonly number: number;

  constructor(number: number, cause: unknown) {
    super(`corte ${number}`, { cause });
    this.number = number;
  }
}

async function attributed<T>(number: number, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new Attributed(number, cause);
  }
}

/** A11: the sizes of all files that the corte lists; their sum must be the stated one. */
function sizesOf(
  { statement }: Corte,
  manifest: Manifest,
  known: ReadonlyMap<Hash, number>,
  brought: ReadonlyMap<Hash, number>,
): Map<Hash, number> {
  const sizes = new Map<Hash, number>();
  let sum = 0;
  for (const { path, sha256 } of manifest) {
    const size = brought.get(sha256) ?? known.get(sha256);
    if (size === undefined) throw new Refusal('content-missing', words.inNoPackage(JSON.stringify(path)));
    sizes.set(sha256, size);
    sum += size;
  }
  if (sum !== statement.manifest.content_bytes) {
    throw new Refusal('content-mismatch', words.otherSum(sum, statement.manifest.content_bytes));
  }
  return sizes;
}

/** SHA-256 by Node's native code. */
export function hashHere(bytes: Uint8Array): Hash {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The length and the hash of a file. Reads at most one byte past the stated length. */
export async function measure(handle: FileHandle, stated: number, onBytes: OnBytes = () => {}) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunksOf(handle, stated + 1)) {
    hash.update(chunk);
    bytes += chunk.length;
    await onBytes(chunk.length);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Reads a file in chunks of 1 MiB, which hash twice as fast as smaller ones. A chunk is valid until the next is asked
 * for.
 */
export async function* chunksOf(handle: FileHandle, end = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(MEBIBYTE, end - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
