import test, { type ExecutionContext } from 'ava';
import { comparedOf, namedBy } from '../../src/page/front-names.ts';
import { BROKEN_CHAINS, type Files, filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { difusor, good, shown, upload, verdict } from '../kit/page.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/** What the reader sees is told first, the history after it, and no verdict before all is known. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

test('of a front page the files count that it names and the corte lists', (t) => {
  const manifest = ['a b.css', 'css/x.css', 'index.html', 'js/á.js', 'no.html', 'x.png'].map((path) => ({ path, sha256: '' }));
  const html = `<link rel="stylesheet" href="css/x.css?v=1#x"><script src='/js/%C3%A1.js'></script><img src="./x.png" >
    <a href="https://corte.invalid.example/no.html">a</a><a href="../../a%20b.css">b</a><a href="//x/no.html">c</a>
    <a data-href="no.html" href="index.html">d</a><a href="%E0%A4%A">e</a><a href="javascript:no.html">f</a> href="no.html`;
  t.deepEqual(
    namedBy(html, manifest).map(({ path }) => path),
    ['a b.css', 'css/x.css', 'js/á.js', 'x.png'],
  );
  t.deepEqual(namedBy('', manifest), []);
});

test('of a front page it is known how many of the files that it names are compared, and nothing where it has a base', (t) => {
  const paths = Array.from({ length: 30 }, (_, i) => `${10 + i}.png`);
  const manifest = paths.map((path) => ({ path, sha256: '' }));
  const html = (named: readonly string[]) => named.map((path) => `<img src="${path}">`).join('');
  t.deepEqual(comparedOf('Hola <basefont>', manifest), { compared: [], named: 0 });
  t.deepEqual(comparedOf(html(paths.slice(0, 3)), manifest), { compared: manifest.slice(0, 3), named: 3 });
  t.deepEqual(comparedOf(html(paths), manifest), { compared: manifest.slice(0, 24), named: 30 });
  for (const base of ['<base href="/otro/">', '<BASE\nhref=x>', '<base/href=x>']) {
    t.is(comparedOf(`${base}${html(paths)}`, manifest), null, base);
  }
});

/** A site that keeps the history back until it is let go. */
async function held(t: ExecutionContext, files: Files, site: Readonly<Record<string, Buffer | string | undefined>> = shown) {
  const honest = difusor(files, site);
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const address = await serve(t, (request, response) => {
    const isHistory = /\/jornada\/(historia|00000[1-4])\//.test(request.url ?? '');
    void (isHistory ? gone : Promise.resolve()).then(() => honest(request, response));
  });
  const page = await newPage(t);
  await page.clock.setFixedTime('2018-07-01T19:45:00-05:00');
  await page.goto(new URL('cotejo/', address).href);
  await page.selectOption('#sampling', 'all', { force: true });
  return { page, letGo };
}

inBrowser('before the history is there, what is seen is told; the verdict comes after it', async (t) => {
  const { page, letGo } = await held(t, filesOf(good));
  await page.setInputFiles('#files', upload(filesOf(good)));
  await page.click('#start');
  const seen = page.locator('.seen');
  await seen.waitFor();
  t.is(await seen.getAttribute('data-head'), '5');
  t.is(await seen.getAttribute('data-unbroken'), null);
  t.regex(await seen.innerText(), /Lo que ve es lo que firmó[^]*La portada es, byte por byte[^]*todavía no es el resultado/);
  t.is(await page.locator('.verdict').count(), 0);
  letGo();
  const found = await verdict(page);
  t.is(found.tone, 'good', found.text);
  t.is(await seen.count(), 0);
  t.notRegex(found.text, /Se retira|hace un momento/);
});

inBrowser('without a code it is not said whose signature it is, and of many files no more than was compared', async (t) => {
  const pictures = Array.from({ length: 30 }, (_, i) => `${i}.png`);
  const html = pictures.map((path) => `<img src="${path}">`).join('');
  const content = Object.fromEntries(
    [['index.html', html], ...pictures.map((path) => [path, path])].map(([path, text]) => [path!, Buffer.from(text!)]),
  );
  const corte = makeCorte({ trust: good.trusts[1], signer: 'relevo-1', previous: good.jornada[4], files: content });
  const files = filesOf(good);
  for (const [name, bytes] of Object.entries(corte.files)) files.set(`jornada/000006/${name}`, bytes);
  const phases = { jornada: { number: 6, corte: corte.sha256 } };
  files.set('index.json', Buffer.from(JSON.stringify({ election: 'e', trust: 2, phases })));
  const { page, letGo } = await held(t, files, content);
  await page.click('#start');
  const text = await page.locator('.seen').innerText();
  t.notRegex(text, /firmó el Instituto/);
  t.regex(text, /concuerda con la firma de esta cadena/);
  t.regex(text, /La portada y 24 de los 30 archivos que nombra son, byte por byte/);
  // What is typed while the check goes on was not compared with anything.
  await page.fill('#code', good.trusts[0].sha256);
  for (const heading of [/What you see matches the signature of this chain/, /concuerda con la firma de esta cadena/]) {
    await page.click('#language');
    t.regex(await page.locator('.seen').innerText(), heading);
  }
  letGo();
  t.is((await verdict(page)).tone, 'uncompared');
});

inBrowser('a history that turns out broken takes back what was said of the head', async (t) => {
  const { breakIt, expected } = BROKEN_CHAINS.find(({ expected: { code } }) => code === 'signer-unknown')!;
  const files = filesOf(good);
  const [newest, signature] = ['corte.json', 'corte.json.sig'].map((name) => files.get(`jornada/000005/${name}`)!);
  breakIt(files, good);
  files.set('jornada/000005/corte.json', newest!).set('jornada/000005/corte.json.sig', signature!);
  const { page, letGo } = await held(t, files);
  await page.setInputFiles('#files', upload(filesOf(good)));
  await page.click('#start');
  await page.locator('.seen').waitFor();
  letGo();
  const found = await verdict(page);
  t.like(found, { tone: 'bad', ...expected }, found.text);
  t.regex(found.text, /Se retira lo que esta página dijo/);
});

inBrowser('a front that is not the signed one is never told as seen, and another file takes back the rest', async (t) => {
  for (const [path, hadHead] of [
    ['index.html', false],
    ['base/COAH_AYUN_2018.csv', true],
  ] as const) {
    const { page, letGo } = await held(t, filesOf(good), { ...shown, [path]: `${String(shown[path])} ` });
    await page.evaluate(
      'new MutationObserver(() => { window.hadHead ||= document.querySelector(".seen") !== null }).observe(document.body, { subtree: true, childList: true })',
    );
    letGo();
    await page.click('#start');
    const found = await verdict(page);
    t.is(found.tone, 'bad');
    t.is(Boolean(await page.evaluate('window.hadHead')), hadHead, path);
    t.is(/vale sólo para la portada/.test(found.text), hadHead, path);
  }
});
