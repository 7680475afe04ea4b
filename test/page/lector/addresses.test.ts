import test from 'ava';
import { saidIn, sayOf } from '../../../src/page/lector/document-mark.ts';
import { openingOf, readAsk } from '../../../src/page/lector/messages.ts';
import { readOpening } from '../../../src/page/lector/openings.ts';
import { documentIn, pinFor, pinOfPart } from '../../../src/page/lector/pins.ts';
import { wantedAt } from '../../../src/page/lector/wanted.ts';

/** What addresses, messages and askers mean to the lector's worker. None of them is anyone's word. */

const byPath = new Map(
  ['index.html', 'a/index.html', 'actas/1 básica.jpg', '404.html', '.secreto', 'cotejo.html', 'cotejo/x.html'].map((path) => [
    path,
    `#${path}`,
  ]),
);
const corte = { phase: 'jornada', number: 7, byPath };

test('an address is a file of the corte, a folder’s page, or nothing', (t) => {
  const file = (path: string, status = 200) => ({ kind: 'file', path, sha256: `#${path}`, status });
  const nothing = file('404.html', 404);
  const cases = {
    '/': file('index.html'),
    '/index.html': file('index.html'),
    '/a/': file('a/index.html'),
    '/a': { kind: 'moved', to: '/a/' },
    '//a': { kind: 'moved', to: '/a/' },
    '/actas/1%20b%C3%A1sica.jpg': file('actas/1 básica.jpg'),
    '/actas%2F1%20b%C3%A1sica.jpg': nothing,
    '/no': nothing,
    '/%': nothing,
    '/.secreto': nothing,
    '/cotejo.html': nothing,
    '/cotejo/x.html': { kind: 'nothing' },
    '/cotejo/': { kind: 'nothing' },
    '/cotejo/ultimo.json': { kind: 'own', what: 'ultimo.json' },
    '/cotejo/chain/jornada/000007/corte.json': { kind: 'own', what: 'corte.json' },
    '/cotejo/chain/jornada/000008/corte.json': { kind: 'nothing' },
  };
  for (const [address, wanted] of Object.entries(cases)) t.deepEqual<unknown, unknown>(wantedAt(address, corte), wanted, address);
  t.deepEqual(wantedAt('/no', { ...corte, byPath: new Map() }), { kind: 'nothing' });
});

test('a frame is opened at an address of this origin, and by no other words', (t) => {
  const origin = 'https://lector.example';
  const read = (address: string) => readOpening(new URL(address, origin));
  const frame = { phase: 'jornada', number: 3, path: '/a/?b=1#c', marco: 'x-1' };
  t.deepEqual(read(openingOf(frame)), { phase: 'jornada', number: 3, isKept: false, to: '/a/?b=1#c', marco: 'x-1' });
  t.deepEqual(read(openingOf({ ...frame, phase: null, number: null })), {
    phase: null,
    number: null,
    isKept: false,
    to: '/a/?b=1#c',
    marco: 'x-1',
  });
  t.like(read(openingOf({ ...frame, phase: null, number: null, isKept: true })), { number: null, isKept: true });
  for (const path of [
    '//otro.example/',
    '/\\otro.example/',
    'https://otro.example/',
    'javascript:1',
    '/cotejo/lector/abre?x',
    '/a/../cotejo/lector/abre',
  ]) {
    t.is(read(openingOf({ ...frame, path })), null, path);
  }
  for (const number of [0, -1, 1.5, 1_000_000]) t.is(read(openingOf({ ...frame, number })), null, String(number));
  t.is(read(openingOf({ ...frame, phase: '../x' })), null);
  t.is(read(openingOf({ ...frame, marco: '' })), null);
  t.is(read('/a/?marco=x-1'), null);
});

test('a document without a pin of its own has that of the one that leads there, if there is but one', (t) => {
  const pin = (sha256: string, marco = 'm') => ({ phase: 'jornada', number: 1, sha256, marco, path: '/' });
  const client = (id: string, url: string) => ({ id, url, frameType: 'nested' as const, postMessage: () => {} });
  const pins = new Map([
    ['one', pin('A')],
    ['two', pin('A', 'n')],
    ['three', pin('B')],
  ]);
  const of = (id: string) => pins.get(id) ?? null;
  const [one, two, three] = [client('one', 'https://x/a'), client('two', 'https://x/b'), client('three', 'https://x/b')];
  const sought = (clientId: string, referrer: string, open: ReturnType<typeof client>[]) => {
    const found = pinFor({ of }, { clientId, referrer }, open);
    return typeof found === 'object' ? found?.sha256 : found;
  };
  t.is(sought('three', '', [one]), 'B', 'its own');
  t.is(sought('', 'https://x/a#h', [one, three]), 'A', 'of the referring address');
  t.is(sought('', 'https://x/b', [one, two, three]), 'several', 'two tabs at one address, on two cortes');
  t.is(sought('', '', [one, two]), 'A', 'all that are open');
  t.like(pinFor({ of }, { clientId: '', referrer: '' }, [one, two]), { marco: '' }, 'in which frame is not known');
  t.is(sought('', '', [one, three]), 'several');
  t.is(sought('', '', []), undefined);
});

test('a document that lost its pin gets no part of what another document is of', (t) => {
  const pin = { phase: 'jornada', number: 2, sha256: 'B', marco: 'm', path: '/' };
  const of = (id: string) => (id === 'pinned' ? pin : null);
  const client = (id: string, url: string) => ({ id, url, frameType: 'nested' as const, postMessage: () => {} });
  const [lost, pinned, blank] = [client('lost', 'https://x/a'), client('pinned', 'https://x/b'), client('blank', 'about:blank')];
  const part = (clientId: string, referrer: string) => pinOfPart({ of }, { clientId, referrer }, [lost, pinned, blank]);
  t.is(part('lost', 'https://x/a'), null);
  t.is(part('lost', ''), null);
  t.is(part('blank', 'https://x/a#h'), 'several', 'in one that lost it');
  t.is(part('blank', 'https://x/b'), pin);
  t.is(part('pinned', ''), pin);
  t.is(part('still being made', 'https://x/b'), pin);
});

test('the document in a frame is the one that was opened there, and nothing is guessed', (t) => {
  const pin = (sha256: string, marco: string) => ({ phase: 'jornada', number: 1, sha256, marco, path: '/' });
  const pins: Record<string, ReturnType<typeof pin>> = {
    a: pin('A', 'm'),
    b: pin('A', 'm'),
    c: pin('B', ''),
    d: pin('C', ''),
    top: pin('A', 'm'),
  };
  const client = (id: string, url: string, frameType: 'nested' | 'top-level' = 'nested') => ({
    id,
    url,
    frameType,
    postMessage: () => {},
  });
  const [a, b, c, d] = [
    client('a', 'https://x/1'),
    client('b', 'https://x/2'),
    client('c', 'https://x/3'),
    client('d', 'https://x/3'),
  ];
  const at = (marco: string, url: string, open: ReturnType<typeof client>[]) =>
    documentIn({ of: (id) => pins[id] ?? null }, { marco, url }, open)?.client.id;
  t.is(at('m', 'https://x/1', [b, a]), 'a', 'it has a frame of its own in it');
  t.is(at('m', 'https://x/9', [a, b]), 'b', 'it goes on just now');
  t.is(at('n', 'https://x/3', [a, c]), 'c', 'no one knows whose it is, and there is but one');
  t.is(at('n', 'https://x/3', [c, d]), undefined);
  t.is(at('n', 'https://x/1', [a]), undefined, 'of another frame');
  t.is(at('m', 'https://x/1', [client('top', 'https://x/1', 'top-level')]), undefined);
});

test('whatever is no message of the bar is not heard', (t) => {
  t.deepEqual(readAsk({ ask: 'estado', more: 1 }), { ask: 'estado' });
  t.deepEqual(readAsk({ ask: 'prueba', phase: 'jornada' }), { ask: 'prueba', phase: 'jornada' });
  t.deepEqual(readAsk({ ask: 'prueba-confianza', version: 2 }), { ask: 'prueba-confianza', version: 2 });
  for (const version of [undefined, '2', 1.5, Number.NaN]) t.is(readAsk({ ask: 'prueba-confianza', version }), null);
  for (const phase of [undefined, 7, 'a'.repeat(3000)]) t.is(readAsk({ ask: 'prueba', phase }), null);
  const recibos = { ask: 'recibos', phase: 'jornada', number: 37, sha256: 'ab'.repeat(32), former: [['acuse', 'firma']] };
  const { former, ...asked } = recibos;
  const proof = { ...asked, ask: 'prueba-de-acuses', recibos: former };
  for (const ask of [recibos, proof]) {
    t.deepEqual<unknown, unknown>(readAsk({ ...ask, more: 1 }), ask);
    for (const wrong of [
      { phase: 7 },
      { number: 1.5 },
      { number: 0 },
      { number: '37' },
      { sha256: 'AB'.repeat(32) },
      { sha256: null },
    ])
      t.is(readAsk({ ...ask, ...wrong }), null, JSON.stringify(wrong));
  }
  for (const wrong of [
    null,
    [['acuse']],
    [['acuse', 7]],
    ['acuse'],
    [['a'.repeat(70_000), 'firma']],
    Array.from({ length: 9 }, () => ['acuse', 'firma']),
  ]) {
    t.is(readAsk({ ...proof, recibos: wrong }), null);
    t.is(readAsk({ ...recibos, former: wrong }), null);
  }
  t.deepEqual(readAsk({ ask: 'documento', marco: 'a', url: 'https://x/' }), { ask: 'documento', marco: 'a', url: 'https://x/' });
  const wrong = [null, 1, 'estado', {}, { ask: 'otra' }, { ask: 'documento' }, { ask: 'documento', marco: 'a b', url: '' }];
  const long = { ask: 'documento', marco: 'a', url: 'x'.repeat(5000) };
  for (const data of [...wrong, long, Object.create({ ask: 'estado' })]) t.is(readAsk(data), null);
});

test('what came with a document is believed if the worker told its mark, and nothing else is', (t) => {
  const corte = { phase: 'jornada', number: 3, takenAt: '2018-07-01T20:40:00-05:00', sha256: 'ab'.repeat(32), isFinal: false };
  const from = ['Radio «Ñandú»; "uno"'];
  const documento = { type: 'cotejo/documento', corte, isDrill: false, path: 'índice.html', from, files: 1, bytes: 7 } as const;
  const [, description = ''] = /^cotejo;desc="([^"\\]+)"$/.exec(sayOf('a-1', documento) ?? '') ?? [];
  t.deepEqual(
    saidIn(
      [
        { name: 'otro', description: '' },
        { name: 'cotejo', description },
      ],
      ['b', 'a-1'],
    ),
    documento,
  );
  t.is(saidIn([{ name: 'cotejo', description }], ['b']), null);
  t.is(saidIn([{ name: 'otro', description }], ['a-1']), null);
  for (const other of ['', 'a-1', 'a-1 %', 'a-1 {', '%']) t.is(saidIn([{ name: 'cotejo', description: other }], ['a-1']), null);
  const { path: _, ...less } = documento;
  const forms = [{}, null, [], less, { ...documento, from: 'uno' }, { ...documento, files: -1 }, { ...documento, corte: null }];
  for (const other of [...forms, { ...documento, corte: { ...corte, takenAt: 'ayer' } }]) {
    const said = `a-1 ${encodeURIComponent(JSON.stringify(other))}`;
    t.is(saidIn([{ name: 'cotejo', description: said }], ['a-1']), null, said);
  }
  for (const other of [null, 7, {}]) t.is(saidIn([{ name: 'cotejo', description: other }], ['a-1']), null);
  t.is(sayOf('a"b', documento), null);
});
