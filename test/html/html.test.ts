import test from 'ava';
import { type Html, html, joined, nothing, styleOf } from '../../src/html/html.ts';

test('what is not a piece is text, in an element and in a quoted attribute', (t) => {
  const hostile = `<script>"'&`;
  const shown = '&#60;script&#62;&#34;&#39;&#38;';
  t.is(html`<p title="${hostile}">${hostile}</p>`.toString(), `<p title="${shown}">${shown}</p>`);
  t.is(html`${html`<b>${hostile}</b>`}`.toString(), `<b>${shown}</b>`, 'a piece is escaped once');
});

test('an object that only looks like a piece is escaped like any other value', (t) => {
  const forged = JSON.parse('{"html":"<script>","markup":"<script>"}') as Html;
  t.false(safely(() => html`<p>${forged}</p>`.toString()).includes('<script'));
  t.false(safely(() => html`<p>${[forged]}</p>`.toString()).includes('<script'));
  t.is(html`<p>${['<script>'] as unknown as Html[]}</p>`.toString(), '<p>&#60;script&#62;</p>');
});

function safely(make: () => string): string {
  try {
    return make();
  } catch {
    return ''; // no page is as good as a harmless one
  }
}

test('invisible characters, and those that reverse the text around them, are made visible', (t) => {
  t.is(html`${'a\u202eb\u0000c\nd\u200be'}`.toString(), 'a\\u{202e}b\\u{0}c\\u{a}d\\u{200b}e');
});

test('pieces are joined in order, and numbers are rounded to the hundredth', (t) => {
  const items = ['a', 'b'].map((item) => html`<li>${item}</li>`);
  t.is(html`<ul>${items}</ul>${nothing}`.toString(), '<ul><li>a</li><li>b</li></ul>');
  t.is(joined(items, '\n').toString(), '<li>a</li>\n<li>b</li>');
  t.is(html`${1 / 3} ${2018} ${[]}`.toString(), '0.33 2018 ');
});

test('a style can not end its element', (t) => {
  t.is(styleOf('a>b{color:red}').toString(), '<style>a>b{color:red}</style>');
  t.throws(() => styleOf('</STYLE><script>'));
  t.throws(() => styleOf('<!-- '));
});
