import test from 'ava';
import type { Frame } from 'playwright-core';
import { closeBrowser } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';
import { serveSite } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import { newVisit } from './visit.ts';

/** A publication that is signed and means harm: what it tries from within its frame. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const now = Date.now();
const trust = signTrust(makeTrust({ now }));
/** A worker that would answer everything, and says so. */
const OWN_WORKER = "addEventListener('fetch', (event) => event.respondWith(new Response('mine')))";
const LARGE = '0123456789abcdef'.repeat(64 * 1024);
const files = lectorPublication(1, {
  'grande.txt': LARGE,
  'propio.js': OWN_WORKER,
  'cotejo-lector.js': OWN_WORKER,
  'ligas.html': '<!doctype html><a id="fuera" target="_top" href="/municipio/saltillo.html">arriba</a>',
});
const night = { trusts: [trust], cortes: [makeCorte({ trust, files, takenAt: at(now - 60_000) })] };

inBrowser('it registers no worker, and the lector’s own stays', async (t) => {
  const { reader, origin } = await newVisit(t, trust, [(await serveSite(t, night)).url]);
  const frame = await reader.open();
  for (const [script, scope] of [
    ['/propio.js', '/'],
    ['/cotejo-lector.js', '/img/'],
    ['propio.js', './'],
  ]) {
    const done = await tried(
      frame,
      `navigator.serviceWorker.register(${JSON.stringify(script)}, { scope: ${JSON.stringify(scope)} })`,
    );
    t.true(done.startsWith('refused') || script === '/cotejo-lector.js', `${script}: ${done}`);
  }
  const workers = await reader.page.evaluate<string[]>(
    'navigator.serviceWorker.getRegistrations().then((all) => all.map(({ active, scope }) => scope + " " + active?.scriptURL))',
  );
  for (const one of workers) t.true(one.endsWith(` ${origin.url}cotejo-lector.js`), one);
  t.not((await reader.ask({ ask: 'estado' })).head, null);
});

inBrowser('it ends the lector’s worker and wipes its store: the reader still sees what was signed, or nothing', async (t) => {
  const { reader } = await newVisit(t, trust, [(await serveSite(t, night)).url]);
  const frame = await reader.open();
  await tried(frame, 'navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister())))');
  await tried(frame, 'caches.keys().then((all) => Promise.all(all.map((one) => caches.delete(one))))');
  await tried(frame, 'indexedDB.databases().then((all) => { for (const { name } of all) indexedDB.deleteDatabase(name) })');
  await reader.given();
  await reader.open();
  t.deepEqual(await reader.unsigned(night.cortes), []);
});

inBrowser('it does not lead the top away, and gets nothing from elsewhere', async (t) => {
  const asked: string[] = [];
  const elsewhere = await serve(t, (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/html' }).end('<title>otra</title>');
  });
  const { reader, origin } = await newVisit(t, trust, [(await serveSite(t, night)).url]);
  const frame = await reader.open();
  const away = elsewhere.href;
  await tried(frame, `Promise.resolve().then(() => { top.location.href = '${away}top' })`);
  await tried(frame, `fetch('${away}fetch')`);
  await tried(
    frame,
    `new Promise((resolve, reject) => { const i = new Image(); i.onload = resolve; i.onerror = reject; i.src = '${away}img' })`,
  );
  await tried(
    frame,
    `new Promise((resolve) => { const s = document.createElement('script'); s.onload = s.onerror = resolve; s.src = '${away}script'; document.body.append(s) })`,
  );
  await tried(
    frame,
    `new Promise((resolve) => { const f = document.createElement('iframe'); f.onload = f.onerror = resolve; f.src = '${away}frame'; document.body.append(f) })`,
  );
  await tried(frame, `navigator.sendBeacon('${away}beacon')`);
  await tried(
    frame,
    `new Promise((resolve) => { const w = new WebSocket('${away.replace('http', 'ws')}ws'); w.onopen = w.onerror = resolve })`,
  );
  t.deepEqual(asked, []);
  t.true(reader.page.url().startsWith(origin.url));
});

inBrowser('what it says to the worker is not taken for the reader’s word', async (t) => {
  const { reader } = await newVisit(t, trust, [(await serveSite(t, night)).url]);
  const frame = await reader.open();
  const before = (await reader.ask({ ask: 'estado' })).seen;
  t.is(before?.number, 1);
  await tried(
    frame,
    `new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      setTimeout(resolve, 500);
      navigator.serviceWorker.controller.postMessage({ ask: 'olvida' }, [port2]);
    })`,
  );
  t.deepEqual((await reader.ask({ ask: 'estado' })).seen, before);
});

inBrowser('the lector’s own addresses are not the publication’s', async (t) => {
  const { reader } = await newVisit(t, trust, [(await serveSite(t, night)).url]);
  const frame = await reader.open();
  for (const path of ['/cotejo/', '/cotejo/index.html', '/cotejo/c/1/index.html', '/cotejo/marco.html', '/cotejo/nada']) {
    const status = await frame.evaluate<number>(`fetch('${path}').then(({ status }) => status)`);
    t.is(status, 404, path);
  }
  // Its own frame at the lector's front is no second bar in the first.
  await frame.evaluate(
    `{ const f = document.createElement('iframe'); f.src = '/municipio/saltillo.html'; f.id = 'dentro'; document.body.append(f) }`,
  );
  await frame.frameLocator('#dentro').locator('h2', { hasText: 'Saltillo' }).waitFor();
  t.deepEqual(await reader.unsigned(night.cortes), []);
});

inBrowser('it asks for a large file many times at once: only some are given before they are taken, and each whole', async (t) => {
  const { reader } = await newVisit(t, trust, [(await serveSite(t, night)).url]);
  const frame = await reader.open();
  await frame.evaluate(`{
    window.come = 0;
    window.reads = new Promise((resolve) => (window.read = resolve));
    const ask = () => fetch('/grande.txt');
    const lengthOf = async (answer) => (await answer.text()).length;
    window.all = Array.from({ length: 40 }, async () => {
      const answer = await ask();
      come += 1;
      await reads;
      try {
        return { length: await lengthOf(answer), isCut: false };
      } catch {
        return { length: await lengthOf(await ask()), isCut: true };
      }
    });
  }`);
  await frame.waitForFunction('come >= 16');
  t.is((await reader.ask({ ask: 'estado' })).head?.number, 1, 'the bar is answered meanwhile');
  const before = await frame.evaluate<number>('(read(), come)');
  const all = await frame.evaluate<Array<{ readonly length: number; readonly isCut: boolean }>>('Promise.all(all)');
  t.deepEqual(
    all.map(({ length }) => length),
    Array.from({ length: 40 }, () => LARGE.length),
  );
  // On a machine that took ten seconds until here, some were given up who did not read yet, and each made room for another one.
  t.true(before <= 16 + all.filter(({ isCut }) => isCut).length, `${before} of ${JSON.stringify(all)}`);
});

/** Runs an expression in the publication's frame. @returns how it ended; never waits for long */
async function tried(frame: Frame, expression: string): Promise<string> {
  return frame.evaluate<string>(
    `Promise.race([
      (async () => ${expression})().then(() => 'done', (error) => 'refused: ' + error),
      new Promise((resolve) => setTimeout(resolve, 3000, 'silent')),
    ])`,
  );
}
