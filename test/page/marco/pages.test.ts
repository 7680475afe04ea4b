import test from 'ava';
import { buildPage, buildPortalScript } from '../../../src/build/page.ts';
import { repository } from '../../kit/programs.ts';

test('the frame and the badge need nothing but their own site, and their policies say so', async (t) => {
  for (const [name, frame] of [
    ['marco.html', "frame-src 'self'; "],
    ['insignia.html', ''],
  ] as const) {
    const text = (await buildPage(repository(), name)).toString();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
    const hash = "'sha256-[^']+'";
    const rest = "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    t.regex(policy, new RegExp(`^default-src 'none'; script-src ${hash}; style-src ${hash}; connect-src 'self'; ${frame}${rest}$`));
    t.notRegex(
      text,
      /<(link|img|object|base)\b|<script[^>]* src|@import|url\(|localStorage|sessionStorage|indexedDB|\beval\(/,
      name,
    );
    t.notRegex(text, / style="|\{\{|\/tmp\/|node_modules|resultados oficiales/i, name);
    t.true(text.length < 100_000, `${name}: ${text.length}`);
  }
});

test('the portal’s script is small, and touches neither the page’s text nor what it keeps', async (t) => {
  const script = (await buildPortalScript(repository())).toString();
  t.true(script.length < 3000, `${script.length}`);
  t.notRegex(script, /innerHTML|cookie|localStorage|fetch\(|XMLHttp|eval\(|"\*"/);
});
