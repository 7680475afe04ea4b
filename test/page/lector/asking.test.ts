import { createHash } from 'node:crypto';
import test from 'ava';
import { askForFile, type Limits } from '../../../src/page/lector/asking.ts';
import { newFiles } from '../../../src/page/lector/files.ts';
import { newMirrors } from '../../../src/page/lector/mirrors.ts';
import type { Run } from '../../../src/page/lector/race.ts';
import { memoryContents } from './reader.ts';

/** One file of one mirror: no more of it is held than is allowed, and nothing of it given that is not the file. */

const hash = (bytes: Uint8Array) => Promise.resolve(createHash('sha256').update(bytes).digest('hex'));
const mirror = { name: 'uno', url: 'https://uno.example/prep/' };
const run: Run = { signal: new AbortController().signal, came: () => {}, held: (work) => work };

/** A client whose answers are these, by the end of the address; each comes in chunks of 10 bytes. */
function client(answers: Readonly<Record<string, Buffer>>, asked: string[] = []) {
  const bodyOf = (url: URL) => Object.entries(answers).find(([end]) => url.pathname.endsWith(end))?.[1];
  return {
    read: (url: URL) => {
      asked.push(url.pathname);
      return Promise.resolve(bodyOf(url) ?? null);
    },
    async stream(url: URL, take: (chunk: Uint8Array) => void | Promise<void>, start: () => void) {
      asked.push(url.pathname);
      start();
      const body = bodyOf(url);
      if (!body) return null;
      for (let at = 0; at < body.length; at += 10) await take(body.subarray(at, at + 10));
      return 'x/y';
    },
  };
}

async function wanted(path: string, content: Buffer, more = {}) {
  return { phase: 'jornada', isDrill: false, number: 4, path, sha256: await hash(content), most: 100, ...more };
}

const limits: Limits = { file: 1000, large: 1000, turn: () => Promise.resolve() };

test('it is asked for at the address of its corte, then of its phase’s site, and then at what is shown now', async (t) => {
  const content = Buffer.from('contenido');
  const asked: string[] = [];
  const file = await wanted('a b/ñ.txt', content);
  await t.throwsAsync(askForFile(mirror, file, client({}, asked), hash, limits, run), { name: 'Lacking' });
  const [atRoot, ofPhase] = ['/prep/cotejo/c/4/a%20b/%C3%B1.txt', '/prep/cotejo/fases/jornada/cotejo/c/4/a%20b/%C3%B1.txt'];
  t.deepEqual(asked, [atRoot, ofPhase, '/prep/a%20b/%C3%B1.txt']);
  const drill: string[] = [];
  await t.throwsAsync(askForFile(mirror, { ...file, isDrill: true }, client({}, drill), hash, limits, run), { name: 'Lacking' });
  t.deepEqual(drill, [ofPhase, atRoot, '/prep/a%20b/%C3%B1.txt']);
  const given = await askForFile(mirror, file, client({ '/prep/a%20b/%C3%B1.txt': content }), hash, limits, run);
  t.deepEqual(Buffer.from(given), content);
});

test('whatever is not the file is told as such, but for what servers do to any file', async (t) => {
  const file = await wanted('datos.json', Buffer.from('{}'));
  const asks = (body: Buffer, of = file) =>
    askForFile(mirror, of, client({ [`/fases/jornada/cotejo/c/4/${of.path}`]: body }), hash, limits, run);
  await t.throwsAsync(asks(Buffer.from('{"a":1}')), { name: 'OtherBytes' });
  await t.throwsAsync(asks(Buffer.alloc(101)), { name: 'OtherBytes' }, 'longer than all files of the corte');
  await t.throwsAsync(asks(Buffer.from('<!doctype html><p>entre')), { name: 'Lacking' }, 'a page for what is not there');
  const packed = await wanted('base.csv.gz', Buffer.from([0x1f, 0x8b, 1]));
  await t.throwsAsync(asks(Buffer.from('unpacked on the way'), packed), { name: 'Lacking' });
  await t.throwsAsync(asks(Buffer.from([0x1f, 0x8b, 2]), packed), { name: 'OtherBytes' });
});

test('what the site’s own address has is of the phase that it shows now: nobody is blamed for another phase’s', async (t) => {
  const content = Buffer.from('{}');
  const file = await wanted('datos.json', content);
  const [atRoot, ofPhase] = ['/prep/cotejo/c/4/datos.json', '/fases/jornada/cotejo/c/4/datos.json'];
  const pointer = (phase: string) => Buffer.from(JSON.stringify({ phase, number: 4, shows: 'corte' }));
  const asks = (answers: Readonly<Record<string, Buffer>>) => askForFile(mirror, file, client(answers), hash, limits, run);
  const other = { [atRoot]: Buffer.from('{"a":1}') };
  t.deepEqual(Buffer.from(await asks({ ...other, [ofPhase]: content })), content, 'it is at its phase’s');
  await t.throwsAsync(asks(other), { name: 'Lacking' }, 'it does not say what it shows');
  await t.throwsAsync(asks({ ...other, 'ultimo.json': pointer('computos') }), { name: 'Lacking' });
  await t.throwsAsync(asks({ ...other, 'ultimo.json': pointer('jornada') }), { name: 'OtherBytes' });
  await t.throwsAsync(asks({ ...other, [ofPhase]: Buffer.from('x'), 'ultimo.json': pointer('computos') }), { name: 'OtherBytes' });
  await t.throwsAsync(asks({ [atRoot]: Buffer.alloc(101), 'ultimo.json': pointer('computos') }), { name: 'Lacking' });
  await t.throwsAsync(asks({ [atRoot]: Buffer.alloc(101), 'ultimo.json': pointer('jornada') }), { name: 'OtherBytes' });
});

test('a file over the limit is not taken, and a large one waits for its turn', async (t) => {
  const content = Buffer.alloc(50, 'x');
  const file = await wanted('video.mp4', content);
  const of = client({ '/c/4/video.mp4': content });
  await t.throwsAsync(askForFile(mirror, file, of, hash, { ...limits, file: 49 }, run), { name: 'TooLarge' });
  let go = () => {};
  const turn = () => new Promise<void>((resolve) => (go = resolve));
  let isGiven = false;
  const given = askForFile(mirror, file, of, hash, { ...limits, large: 49, turn }, run).then(() => (isGiven = true));
  await new Promise((resolve) => setImmediate(resolve));
  t.false(isGiven, 'it waits for its turn');
  go();
  await given;
  t.true(isGiven);
});

test('a file is fetched once for all who ask for it at one time, and then no more', async (t) => {
  const content = Buffer.from('contenido');
  const asked: string[] = [];
  const files = newFiles({
    room: () => Promise.resolve(),
    mirrors: newMirrors([mirror], () => 0),
    clientFor: () => client({ 'a.txt': content }, asked),
    contents: memoryContents(),
    hash,
    now: () => 0,
    pause: () => new Promise(() => {}),
    timeout: () => run.signal,
    onChange: () => {},
  });
  const file = await wanted('a.txt', content);
  const all = await Promise.all([files.get(file), files.get(file)]);
  t.deepEqual(
    all.map(({ kind }) => kind),
    ['file', 'file'],
  );
  const kept = await files.get(file);
  t.is(kept.kind === 'file' && kept.from, 'guardado');
  t.is(asked.length, 1);
});
