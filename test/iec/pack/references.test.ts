import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { kindOf, leaves, referencesIn } from '../../../src/iec/pack/references.ts';
import { cotejo } from '../../kit/command.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { makeInstitute } from '../institute.ts';

/** What would leave the address under which a corte stays. */

const leaving = (references: readonly string[]) => references.filter((one) => leaves('index.html', one));
const page = (text: string) => leaving(referencesIn('markup', Buffer.from(text)));
const style = (text: string) => leaving(referencesIn('style', Buffer.from(text)));

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
  ['<a href="index.html"><a href="./x/../y"><a href="#y"><a href="?z"><a href="">', []],
  ['<a href="../x"><a href="y/../%2E./x">', ['../x', 'y/../%2E./x']],
  ['<img srcset="data:image/jpeg;base64,/9j/4AAQ 1x, /d.png 2x">', ['/d.png']],
  ['<!--><a href="/e"><!---><a href="/f">', ['/e', '/f']],
  ['<svg><title/><style/><image href="/g.png"/>', ['/g.png']],
  ['<style>p::before { content: "/*" } q { background: url(/h.png) }</style>', ['/h.png']],
  ['<style>@import"/m.css";p{background:image-set("/n.png" type("image/png") 1x)}</style>', ['/m.css', '/n.png']],
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

test('a reference leads out of the publication by its own depth', (t) => {
  const found = [
    ['municipios/index.html', '../estilo.css'],
    ['municipios/index.html', '../../estilo.css'],
    ['a/b/c.html', '../../x?../../..'],
    ['a/b/c.html', '..\\..\\..\\x'],
    ['a.html', 'b/../../c'],
    ['a.html', 'mailto:x/../..'],
  ] as const;
  t.deepEqual(
    found.map(([path, to]) => leaves(path, to)),
    [false, true, false, true, true, false],
  );
});

test('what is told of a reference is one short line', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': `<a href="/a\u202e${'x'.repeat(1000)}">` });
  const [one] = (await iec.pack()).leaving.references;
  t.true(one !== undefined && one.to.length <= 200 && !/[\u202e\n]/.test(one.to));
});

test('what is made to cost much is looked through once', (t) => {
  // 4 MB of each: whoever looked at all of it again at each place would not come to an end.
  t.timeout(60_000);
  const pieces = ['<a ', '<a href="', '<!--', '<style>', "<a b='", 'url(', '<a =', '/*', '@import ', 'image-set(', '"\\', "'"];
  for (const piece of [...pieces, ', ', '<title>', '../']) {
    const hostile = piece.repeat(Math.ceil(4_000_000 / piece.length));
    t.true(leaving(referencesIn('markup', Buffer.from(hostile))).length <= 1, piece);
    t.true(leaving(referencesIn('style', Buffer.from(hostile))).length <= 1, piece);
    t.true(page(`<img srcset="${hostile}`).length <= 1, piece);
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
  t.regex(refused.message, /^estilo\.css .*\/fondo\.png.*: 2\)/);
  t.deepEqual((await readdir(iec.chain)).sort(), ['.lock', 'trust']);
  t.deepEqual((await iec.pack()).leaving, {
    count: 3,
    references: [
      { path: 'estilo.css', to: '/fondo.png' },
      { path: 'index.html', to: '/estilo.css' },
      { path: 'index.html', to: '/municipios/' },
    ],
  });
  // What is not new was looked at before.
  await iec.publish({ ...PAGES, 'datos.json': '{"a":"/b"}' });
  t.is((await iec.pack({ strict: true })).leaving.count, 0);
});

test('of very many references the first are kept', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({
    'index.html': Array.from({ length: 150 }, (_, i) => `<a href="/${i}">`).join(''),
    'otra.html': '<a href="/x">',
  });
  const { count, references } = (await iec.pack()).leaving;
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
  t.regex(packed.stderr, /3 referencias llevan fuera de la publicación: "estilo\.css: \/fondo\.png"/);
});
