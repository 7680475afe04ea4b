import { createHash } from 'node:crypto';
import test from 'ava';
import { keepShell } from '../../../src/page/lector/shell-file.ts';

/** The bar's page by its hash alone: the store is of the whole origin, and so is the host. */

const hash = (bytes: Uint8Array) => Promise.resolve(createHash('sha256').update(bytes).digest('hex'));
const page = '<!doctype html><p>la barra</p>';
const other = '<!doctype html><p>Corte 99 verificado</p>';
const sha256 = createHash('sha256').update(page).digest('hex');

function places(kept: string | null, host: string | Error) {
  const store = new Map<string, string>(kept === null ? [] : [[`/index.html?${sha256}`, kept]]);
  const asked: string[] = [];
  const cache = {
    match: (key: string) => Promise.resolve(store.has(key) ? new Response(store.get(key)) : undefined),
    put: async (key: string, answer: Response) => void store.set(key, await answer.text()),
  };
  const open = () => Promise.resolve(cache);
  const fetch = (path: string) => {
    asked.push(path);
    return host instanceof Error ? Promise.reject(host) : Promise.resolve(new Response(host));
  };
  return { store, asked, all: { caches: { open }, fetch, hash } };
}

const textOf = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);

test('the page is fetched, kept, and not asked for again', async (t) => {
  const { store, asked, all } = places(null, page);
  t.is(textOf(await keepShell('n', sha256, all)), page);
  t.is(textOf(await keepShell('n', sha256, all)), page);
  t.deepEqual([asked.length, [...store.values()]], [1, [page]]);
});

test('a page that was written into the store is never given, and is replaced', async (t) => {
  const { store, all } = places(other, page);
  t.is(textOf(await keepShell('n', sha256, all)), page);
  t.deepEqual([...store.values()], [page]);
});

test('a page in the store that is not the one is not given where the host is silent either', async (t) => {
  t.is(await keepShell('n', sha256, places(other, new TypeError('no network')).all), null);
});

test('another page of the host is neither given nor kept', async (t) => {
  const { store, all } = places(null, other);
  t.is(await keepShell('n', sha256, all), null);
  t.is(store.size, 0);
});

test('without a store it is fetched each time', async (t) => {
  const { asked, all } = places(null, page);
  for (const _ of [1, 2]) t.is(textOf(await keepShell('n', sha256, { ...all, caches: undefined })), page);
  t.is(asked.length, 2);
});
