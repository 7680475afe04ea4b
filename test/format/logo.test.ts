import test from 'ava';
import { logoEnding } from '../../src/format/logo.ts';
import { refuses } from '../kit/refuses.ts';

const svg = (inside: string, more = '') => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"${more}>${inside}</svg>`);

test('pictures are known by their first bytes, whatever they are called', (t) => {
  t.is(logoEnding(Buffer.from('89504e470d0a1a0a0000', 'hex')), 'png');
  t.is(logoEnding(Buffer.from('ffd8ffe000104a464946', 'hex')), 'jpg');
  t.is(logoEnding(Buffer.from('RIFF\0\0\0\0WEBPVP8 ')), 'webp');
});

test('a drawing as drawing programs write it is one', (t) => {
  const drawn = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- Vanguardia -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox='0 0 10 10' id="image1">
  <title>Vanguardia &amp; compañía &#169;</title>
  <defs><linearGradient id="a"><stop offset="0" stop-color="#c00"/></linearGradient></defs>
  <g style="fill:url(#a);stroke:none" class="logo"><path d="M0 0L10 10z"/><use xlink:href="#a"/></g>
  <text xml:space="preserve" x="1">V<tspan>a</tspan></text>
</svg>
`;
  t.is(logoEnding(Buffer.from(drawn)), 'svg');
  t.is(logoEnding(svg('')), 'svg');
});

/** Six parts, each made of the one before it. */
function copies(of: (i: number) => string): string {
  return `<path id="g0" d="M0 0"/>${[0, 1, 2, 3, 4, 5].map(of).join('')}`;
}

test('a drawing may have copies of copies, and a part that many refer to', (t) => {
  t.is(logoEnding(svg('<path id="a" d="M0 0"/><g id="b"><use href="#a"/></g><use href="#b"/><use href="#nada"/>')), 'svg');
  const gradients = '<linearGradient id="a"><stop offset="0"/></linearGradient><linearGradient id="b" href="#a"/>';
  t.is(logoEnding(svg(`${gradients}${'<path fill="url(#b)"/>'.repeat(3000)}`)), 'svg');
});

const REFUSED: [string, Uint8Array][] = [
  ['a script', Buffer.from('alert(1)')],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['nothing', Buffer.alloc(0)],
  ['a GIF', Buffer.from('GIF89a')],
  ['a script in a drawing', svg('<script>alert(1)</script>')],
  ['an element by another case', svg('<Script>alert(1)</Script>')],
  ['foreign content', svg('<foreignObject><p>hola</p></foreignObject>')],
  ['an event handler', svg('', ' onload="alert(1)"')],
  ['an event handler of a part', svg('<g OnClick="alert(1)"/>')],
  ['a link', svg('<a href="https://x.example/"><path d="M0 0"/></a>')],
  ['a script behind a reference', svg('<use href="javascript:alert(1)"/>')],
  ['another file', svg('<use href="otro.svg#a"/>')],
  ['another file, by its old name', svg('<use xlink:href="https://x.example/otro.svg#a"/>')],
  ['a picture from elsewhere', svg('<image href="https://x.example/a.png"/>')],
  ['a style from elsewhere', svg('<style>@import url(https://x.example/a.css)</style>')],
  ['a colour from elsewhere', svg('<path fill="url(https://x.example/a.svg#b)"/>')],
  ['a colour from elsewhere, escaped', svg('<path style="fill:u\\72l(//x.example/a)"/>')],
  ['a colour from elsewhere, by its code', svg('<path style="fill:&#117;rl(//x.example/a)"/>')],
  ['a cursor from elsewhere, by its code', svg('<path cursor="&#117;rl(https://x.example/a.png)"/>')],
  ['a colour from elsewhere, by its code in sixteens', svg('<path fill="&#x75;rl(https://x.example/a.svg#b)"/>')],
  ['a mask from elsewhere, by its code', svg('<path mask="ur&#108;(//x.example/a.svg#b)"/>')],
  ['a filter from elsewhere, by its code', svg('<path filter="ur&#108;(//x.example/a.svg#b)"/>')],
  ['copies of copies without end', svg(copies((i) => `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`))],
  [
    'patterns of patterns without end',
    svg(copies((i) => `<pattern id="g${i + 1}">${`<path fill="url(#g${i})"/>`.repeat(10)}</pattern>`)),
  ],
  [
    'copies without end by a style',
    svg(copies((i) => `<mask id="g${i + 1}">${`<path style="mask:url(#g${i})"/>`.repeat(10)}</mask>`)),
  ],
  ['a copy of what it is in', svg('<g id="a"><use href="#a"/></g>')],
  ['a long chain of copies', svg(Array.from({ length: 3000 }, (_, i) => `<use id="g${i + 1}" href="#g${i}"/>`).join(''))],
  ['an animation', svg('<set attributeName="href" to="javascript:alert(1)"/>')],
  ['an entity', Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>')],
  ['a reference to an entity', svg('&a;')],
  ['a stylesheet', Buffer.from('<?xml-stylesheet href="a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a section of characters', svg('<![CDATA[<script>]]>')],
  ['an attribute without quotes', svg('<path fill=red/>')],
  ['another namespace', svg('', ' xmlns:h="http://www.w3.org/1999/xhtml"')],
  ['another namespace for all', Buffer.from('<svg xmlns="http://www.w3.org/1999/xhtml"></svg>')],
  ['no namespace', Buffer.from('<svg width="1"></svg>')],
  ['an attribute twice', svg('<path d="a" d="b"/>')],
  ['an element that does not end', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><g>')],
  ['an end of nothing', svg('</g>')],
  ['two drawings', Buffer.concat([svg(''), svg('')])],
  ['a text after it', Buffer.concat([svg(''), Buffer.from('hola')])],
  ['another encoding', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<svg/>', 'utf16le')])],
  ['a depth without end', svg('<g>'.repeat(70) + '</g>'.repeat(70))],
];

for (const [what, bytes] of REFUSED) test(`no logo: ${what}`, (t) => refuses(t, 'statement-malformed', () => logoEnding(bytes)));

/** Were one of them read again and again from each of its characters, this test would not end. */
test('a logo of over 128 KiB is too large, and a hostile one is refused', (t) => {
  refuses(t, 'too-large', () => logoEnding(Buffer.alloc(128 * 1024 + 1, '<')));
  for (const text of ['<svg ', '<svg xmlns', '<!--', '<svg a="', `<svg ${'a="b" '.repeat(20_000)}`])
    refuses(t, 'statement-malformed', () => logoEnding(Buffer.alloc(128 * 1024, text)));
});
