import { showsStill } from '../../../src/page/lector/clock-doubt.ts';
import {
  placeIn,
  readCorteFiles,
  readFork,
  readPins,
  readRevoked,
  readSeen,
  readSignedTrusts,
} from '../../../src/page/lector/kept.ts';
import { readAsk } from '../../../src/page/lector/messages.ts';
import { readOpening } from '../../../src/page/lector/openings.ts';
import { wantedAt } from '../../../src/page/lector/wanted.ts';
import { chosen, promise, seed, type Target } from '../target.ts';

/** What the lector's worker reads: addresses, messages of pages, what it kept, and a mirror's pointer. */

const ORIGIN = 'https://lector.example';
const byPath = new Map([
  ['index.html', 'a'],
  ['a/index.html', 'b'],
]);

function address(text: string): void {
  if (!URL.canParse(text, ORIGIN)) return;
  const url = new URL(text, ORIGIN);
  const wanted = wantedAt(url.pathname, { phase: 'jornada', number: 7, byPath });
  if (wanted.kind === 'moved') promise(new URL(wanted.to, ORIGIN).origin === ORIGIN, 'a folder’s address is of this origin');
  if (wanted.kind === 'file') promise(byPath.has(wanted.path), 'a file is one of the manifest');
}

function opening(text: string): void {
  const url = new URL('/cotejo/lector/abre?marco=m', ORIGIN);
  url.searchParams.set('ruta', text);
  const read = readOpening(url);
  if (read === null) return;
  const there = new URL(read.to, ORIGIN);
  promise(there.origin === ORIGIN && !there.pathname.startsWith('/cotejo/lector/'), 'no opening leads elsewhere, or to another');
}

function kept(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  readAsk(value);
  for (const read of [readCorteFiles, readFork, readPins, readRevoked, readSeen, readSignedTrusts]) read(value);
}

const reads = [address, opening, kept];

export const lector: Target = {
  seeds: [
    seed(0, '/a?b#c'),
    seed(0, '//a/%2e%2e/%00'),
    seed(0, '/cotejo/chain/jornada/000007/corte.json'),
    seed(1, '/a/?b=1#c'),
    seed(1, '/\\otro.example/'),
    seed(1, '//otro.example/%2f..'),
    seed(2, '{"ask":"documento","marco":"m","url":"https://x/"}'),
    seed(2, '{"ask":"prueba-confianza","version":2}'),
    seed(2, '{"number":1,"sha256":null,"signer":null}'),
    seed(2, '[["id",{"phase":"jornada","number":1,"sha256":"","marco":"","path":"/"}]]'),
    seed(3, '{"phase":"jornada","number":7,"shows":"corte"}'),
  ],
  words: [
    '/',
    '//',
    '\\',
    '..',
    '%2f',
    '%00',
    '%',
    '?',
    '#',
    'cotejo/',
    'lector/abre',
    '@',
    ':',
    '[',
    '{',
    '"number":',
    'null',
    '__proto__',
  ],
  most: 2000,
  async take(bytes) {
    const { one, rest } = chosen(bytes, [...reads, null]);
    if (one) return one(Buffer.from(rest).toString());
    placeIn(rest);
    const client = { read: () => Promise.resolve(rest) };
    await showsStill(client, new URL('/cotejo/', ORIGIN), { phase: 'jornada', number: 7 });
  },
};
