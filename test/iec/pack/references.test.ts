import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { kindOf, rootReferences } from '../../../src/iec/pack/references.ts';
import { cotejo } from '../../kit/command.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { makeInstitute } from '../institute.ts';

/** What would leave the address under which a corte stays. */

const page = (text: string) => rootReferences('markup', Buffer.from(text));
const style = (text: string) => rootReferences('style', Buffer.from(text));

for (const [html, expected] of [
  ['<a href="/municipios/">x</a>', ['/municipios/']],
  ["<img src='/a.png'><script src=/b.js></script>", ['/a.png', '/b.js']],
  ['<IMG\n SRC = "/a.png" >', ['/a.png']],
  ['<img alt="a > b" src="/c.png">', ['/c.png']],
  ['<img srcset="/a.png 1x, b.png 2x,/c.png">', ['/a.png', '/c.png']],
  ['<link rel=stylesheet href="/e.css"><base href="/">', ['/e.css', '/']],
  ['<form action=/buscar><button formaction="/x">', ['/buscar', '/x']],
  ['<p style="background:url(/f.png)">', ['/f.png']],
  ['<style>@import "/g.css"; p { background: URL( "/h.png" ) }</style>', ['/h.png', '/g.css']],
  ['<meta http-equiv="refresh" content="60; url=/">', ['/']],
  ['<meta name="x" content="60; url=/">', []],
  ['<svg><image xlink:href="/i.png"/></svg>', ['/i.png']],
  ['<a href="\\municipios">', ['\\municipios']],
  ['<a href=" /\tj ">', ['/j']],
  ['<a href="/á.html">', ['/á.html']],
  ['<a href="/k" href="l"><a href="m" href="/n">', ['/k']],
  ['<a href="/o"><a href="/o">', ['/o']],
  ['<a href="index.html"><a href="../x"><a href="#y"><a href="?z"><a href="">', []],
  ['<a href="https://prep.example/x"><a href="//otro.example/x"><a href="/\\otro.example"><a href="data:,/x">', []],
  ['<a href="/cotejo/"><a href="/cotejo?x"><a href="/cotejo">', []],
  ['<a href="/cotejos/">', ['/cotejos/']],
  ['<!-- <a href="/p"> --><a href="q">', []],
  ['<script>const a = \'<a href="/r">\';</script>', []],
  ['<title><a href="/s"></title><textarea><a href="/t"></textarea>', []],
  ['<style>/* url(/u) */ p { color: red }</style>', []],
  ['<a title="href=\'/v\'" x=/w>', []],
  ['a < b <3 <a href="/y', ['/y']],
  ['<a href', []],
  ['<a href=', []],
  ['<!-- <a href="/z">', []],
] as const) {
  test(`in a page: ${JSON.stringify(html)}`, (t) => t.deepEqual(page(html), [...expected]));
}

test('in a style sheet', (t) => {
  const text = `@import '/a.css'; @import url(/b.css);
    p { background: url("/c.png"), url('d.png'), url( /e.png ); } /* url(/f) */ q { cursor: url(//g/h) } /* url(/i`;
  t.deepEqual(style(text), ['/b.css', '/c.png', '/e.png', '/a.css']);
});

test('what is made to cost much is looked through once', (t) => {
  for (const piece of ['<a ', '<a href="', '<!--', '<style>', "<a b='", 'url(', '<a =', '/*', '@import ']) {
    t.notThrows(() => page(piece.repeat(100_000)), piece);
    t.notThrows(() => style(piece.repeat(100_000)), piece);
  }
});

test('files in which references are looked for', (t) => {
  t.deepEqual(['index.html', 'A.HTM', 'a/b.svg', 'estilo.css', 'datos.json', 'a.js', 'html', 'a.html/b.png'].map(kindOf), [
    'markup',
    'markup',
    'markup',
    'style',
    null,
    null,
    null,
    null,
  ]);
});

const PAGES = {
  'index.html': '<link href="/estilo.css"><a href="/municipios/">',
  'estilo.css': 'p { background: url(/fondo.png) }',
  'municipios/index.html': '<a href="../">',
};

test('a corte says which of its new pages lead out of its own address, and is not made where that is asked', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish(PAGES);
  const refused = await t.throwsAsync(iec.pack({ strict: true }), { instanceOf: UsageError });
  t.regex(refused.message, /^estilo\.css .*\/fondo\.png.* 2 more/);
  t.deepEqual((await readdir(iec.chain)).sort(), ['.lock', 'trust']);
  t.deepEqual((await iec.pack()).fromRoot, {
    count: 3,
    references: [
      { path: 'estilo.css', to: '/fondo.png' },
      { path: 'index.html', to: '/estilo.css' },
      { path: 'index.html', to: '/municipios/' },
    ],
  });
  // What is not new was looked at before.
  await iec.publish({ ...PAGES, 'datos.json': '{"a":"/b"}' });
  t.is((await iec.pack({ strict: true })).fromRoot.count, 0);
});

test('of very many references the first are kept', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({
    'index.html': Array.from({ length: 150 }, (_, i) => `<a href="/${i}">`).join(''),
    'otra.html': '<a href="/x">',
  });
  const { count, references } = (await iec.pack()).fromRoot;
  t.deepEqual([count, references.length, references.at(-1)], [151, 100, { path: 'index.html', to: '/99' }]);
});

test('the command says it in both languages', async (t) => {
  const iec = await makeInstitute(t, signTrust(makeTrust({ now: Date.now() })));
  await iec.publish(PAGES);
  const key = await writePrivateKey(makeKey('firma-1'), join(iec.folder, 'firma-1'));
  const pack = (...more: string[]) =>
    cotejo(['iec', 'pack', iec.source, '--chain', iec.chain, '--phase', 'jornada', '--key', key, ...more]);
  t.is((await pack('--strict')).status, 2);
  const packed = await pack('--lang', 'es');
  t.is(packed.status, 0, packed.stderr);
  t.regex(packed.stderr, /3 referencias llevan a la raíz del sitio: "estilo\.css: \/fondo\.png"/);
});
