import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { FileWanted } from '../../../src/page/lector/asking.ts';
import { type Bodies, newBodies } from '../../../src/page/lector/bodies.ts';
import { type Files, newFiles } from '../../../src/page/lector/files.ts';
import { memoryContents } from './reader.ts';

/** What is held in memory of files that many ask for. */

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const turns = async () => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

for (const [name, length] of [
  ['257 KiB', 257 * 1024],
  ['4 MiB', 4 * 1024 * 1024],
  ['5 MiB', 5 * 1024 * 1024],
] as const) {
  test(`a kept file of ${name} is in memory once, whoever asks for it while it is read`, async (t) => {
    const content = new Uint8Array(length).fill(7);
    const sha256 = createHash('sha256').update(content).digest('hex');
    let read = 0;
    const contents = { ...memoryContents(), get: () => Promise.resolve((read++, new Uint8Array(content))) };
    const never = () => new Promise<void>(() => {});
    const bodies = newBodies(never);
    const files = newFiles({
      mirrors: { toAsk: () => [], gaveOther() {}, silent() {}, slow() {} },
      clientFor: () => ({ stream: () => Promise.resolve(null), read: () => Promise.resolve(null) }),
      contents,
      hash: () => Promise.resolve(''),
      now: () => 0,
      pause: never,
      timeout: () => new AbortController().signal,
      room: bodies.room,
      onChange: () => {},
    });
    const wanted = { phase: 'jornada', isDrill: false, number: 1, path: 'a', sha256, most: length };
    const all: Array<readonly [Promise<unknown>]> = [];
    for (let i = 0; i < 5; i++) {
      all.push(await part(files, wanted, bodies));
      await turns();
      // Of what was given, only the answer is left.
      collectGarbage();
    }
    t.is(read, 1);
  });
}

/** In an array, so that it is not waited for. */
async function part(files: Files, wanted: FileWanted, bodies: Bodies): Promise<readonly [Promise<unknown>]> {
  const got = await files.get(wanted);
  if (got.kind !== 'file') throw new Error(got.kind);
  return [bodies.of(got.bytes.subarray(0, got.bytes.length))];
}
