import { gzipSync } from 'node:zlib';
import test from 'ava';
import { buildLectorWorker, buildPage } from '../../../src/build/page.ts';
import { repository } from '../../kit/programs.ts';

test('the bar needs nothing but its own site, and its policy says so', async (t) => {
  const text = (await buildPage(repository(), 'lector.html')).toString();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
  const hash = "'sha256-[^']+'";
  const own = "connect-src 'none'; frame-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";
  const rest = "require-trusted-types-for 'script'; trusted-types cotejo";
  t.regex(policy, new RegExp(`^default-src 'none'; script-src ${hash} ${hash}; style-src ${hash}; ${own}; ${rest}$`));
  t.notRegex(text, /<(link|img|object|base)\b|<script[^>]* src|@import|url\(|\beval\(|innerHTML/);
  t.notRegex(text, / style="|\{\{|\/tmp\/|node_modules|resultados oficiales|firma electrónica/i);
  t.is(text.split('<!--difusores-->').length, 2, 'the place of the first mirrors');
});

test('what a reader gets at his first visit is about what the issue allows', async (t) => {
  const files = [await buildPage(repository(), 'lector.html'), await buildLectorWorker(repository())];
  t.true(files.reduce((sum, file) => sum + gzipSync(file).length, 0) < 80_000);
});
