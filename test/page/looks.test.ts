import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { buildPage } from '../../src/build/page.ts';
import { filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { faint } from '../kit/contrast.ts';
import { makeFolder } from '../kit/folders.ts';
import { ask, difusor, good, html, verdict } from '../kit/page.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

test('the page has the same bytes wherever it is built', async (t) => {
  const copy = join(await makeFolder(t), 'another place');
  await mkdir(copy);
  await cp(join(repository(), 'src'), join(copy, 'src'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json', 'node_modules']) await symlink(join(repository(), name), join(copy, name));
  t.true((await buildPage(copy, 'cotejo.html')).equals(html()));
});

test('the page needs nothing but itself, and its policy says so', (t) => {
  const text = html().toString();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
  t.regex(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src \*; /);
  t.notRegex(policy, /unsafe|blob:|data:/);
  t.notRegex(
    text,
    /<(link|img|iframe|object|base)\b|<script[^>]* src|@import|url\(|localStorage|sessionStorage|indexedDB|\beval\(/,
  );
  t.notRegex(text, /\{\{|\/tmp\/|node_modules/);
  t.true(html().length < 200_000);
});

inBrowser('what a server sends is never markup, and no other script runs', async (t) => {
  const page = await newPage(t);
  const refused: string[] = [];
  page.on(
    'console',
    (message) => void (/Content Security Policy|TrustedHTML/.test(message.text()) && refused.push(message.text())),
  );
  await ask(page, await serve(t, difusor(filesOf(good))), { sampling: 'all' });
  t.deepEqual(refused, [], 'the page itself does nothing that its policy refuses');
  const inserted = 'document.body.innerHTML = "<img src=x onerror=window.hacked=1>"';
  await t.throwsAsync(page.evaluate(inserted), { message: /Trusted/ });
  const handler = `(() => {
    const a = document.createElement("a");
    try { a.setAttribute("onclick", "window.hacked = 1") } catch { a.setAttribute("data-refused", "") }
    document.body.append(a);
    a.click();
    return a.isConnected;
  })()`;
  t.true(await page.evaluate(handler), 'it was clicked on');
  t.is(await page.evaluate('window.hacked'), undefined);
});

inBrowser('it can be used by keyboard alone', async (t) => {
  const page = await newPage(t);
  await page.goto(new URL('cotejo/', await serve(t, difusor(filesOf(good)))).href);
  const order: string[] = [];
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab');
    order.push(String(await page.evaluate('document.activeElement.id || document.activeElement.tagName')));
  }
  t.deepEqual(order, ['language', 'site', 'code', 'SUMMARY', 'start']);
  await page.keyboard.press('Enter');
  t.is((await verdict(page)).tone, 'uncompared');
  await page.locator('#compared').focus();
  await page.keyboard.press('Space');
  t.is((await verdict(page)).tone, 'good');
  t.is(await page.evaluate('document.activeElement.id'), 'compared', 'the focus stays where it was');
});

inBrowser('a screen reader finds a name for everything, and is told the verdict', async (t) => {
  const page = await newPage(t);
  await ask(page, await serve(t, difusor(filesOf(good))));
  const tree = await page.locator('body').ariaSnapshot();
  for (const name of ['Sitio del difusor', 'Código de integridad impreso']) t.true(tree.includes(`textbox "${name}"`), name);
  t.true(tree.includes('button "Comprobar"'));
  t.regex(tree, /- status:\n\s+- 'heading "Concuerda: es lo que el Instituto firmó" \[level=2\]/);
  t.is(await page.locator('#verdict').getAttribute('aria-live'), 'polite');
  const unnamed = 'Array.from(document.querySelectorAll("input,select,textarea")).filter((e) => e.labels.length === 0).length';
  t.is(await page.evaluate(unnamed), 0);
});

inBrowser('everything is there in English, by one switch, and the verdict stays', async (t) => {
  const page = await newPage(t);
  const spanish = await ask(page, await serve(t, difusor(filesOf(good))), { sampling: 'all' });
  const texts = async () => (await page.locator('body').innerText()).split('\n').filter((line) => /\p{L}{4}/u.test(line));
  const before = new Set(await texts());
  t.true(before.size > 20, `${before.size} lines`);
  await page.click('#language');
  const english = await verdict(page);
  t.is(english.tone, spanish.tone);
  t.is(await page.evaluate('document.documentElement.lang'), 'en-GB');
  t.regex(english.text, /It matches: it is what the Institute signed/);
  const left = (await texts()).filter(
    (line) => before.has(line) && !/SHA256:|, cortes \d|^[0-9a-f ]+$|PREP Coahuila|^(Cotejo|presidencia|simulacro)/.test(line),
  );
  t.deepEqual(left, [], 'nothing is left in Spanish');
  await page.click('#language');
  t.is((await verdict(page)).text, spanish.text);
});

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(`every text has enough contrast, nothing overflows a telephone: ${colorScheme}`, async (t) => {
    const page = await newPage(t, { colorScheme, viewport: { width: 320, height: 640 } });
    await ask(page, await serve(t, difusor(filesOf(good), {})), { anchor: 'none', sampling: 'all' });
    await page.evaluate('document.getElementById("more").open = true');
    const { seen, found } = await faint(page);
    t.deepEqual(found, []);
    t.true(seen > 30, `${seen} texts`);
    t.true(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 320);
  });
}
