import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { said } from '../../../src/format/said.ts';
import { changeCalls } from '../../../src/iec/record/calls.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { faint } from '../../kit/contrast.ts';
import { englishWordsIn } from '../../kit/languages.ts';
import { requires } from '../../kit/requires.ts';
import { serve } from '../../kit/web.ts';
import { type Ill, makeWall, TEN, UNREACHABLE, WALL_NOW, type Wall } from './wall.ts';

/** Sixty nodes on a wall of 1920 × 1080 and on a telephone, and a page that tells by itself when it is not renewed. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const WALL = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 844 };

/** @param skew of the viewer's clock, ms */
async function show(t: ExecutionContext, { page: file }: Wall, viewport = WALL, skew = 0): Promise<Page> {
  const page = await newPage(t, { viewport, colorScheme: viewport === WALL ? 'dark' : 'light' });
  await page.clock.install({ time: WALL_NOW + 2000 + skew });
  await page.goto(pathToFileURL(file).href);
  return page;
}

/** Lets time pass for a page that loads itself anew meanwhile. */
async function pass(page: Page, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP) {
    await page.clock.runFor(Math.min(STEP, left));
    await loaded(page);
  }
}
const STEP = 7500;

/** Waits until the page stands, whether or not it is just being loaded anew. */
async function loaded(page: Page): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      if ((await page.evaluate('document.readyState')) === 'complete') return;
    } catch (error) {
      if (tries > 100) throw error;
    }
    await sleep(20);
  }
}

const sizeOf = (page: Page) =>
  page.evaluate<[number, number]>('[document.documentElement.scrollWidth, document.documentElement.scrollHeight]');

const pictures = process.env['COTEJO_PICTURES'];
const picture = async (page: Page, name: string) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};

const cases: readonly (readonly [string, readonly Ill[]])[] = [
  ['all well', []],
  ['ten in trouble', TEN],
  ['all in trouble', Array.from({ length: 60 }, (_, i) => TEN[i % TEN.length]!)],
];
for (const [name, ill] of cases) {
  inBrowser(`sixty nodes stand on one wall, ${name}; on a telephone what is wrong comes first`, async (t) => {
    // The fullest wall is that of a drill whose corte can't be made.
    const isDrill = ill === TEN;
    const wall = await makeWall(t, 60, ill, isDrill ? 'simulacro-1' : 'jornada');
    if (isDrill)
      await wall.write(WALL_NOW, { packTrouble: { code: 'source-changed', detail: said('it changed: "datos/actas.csv"') } });
    const page = await show(t, wall);
    await picture(page, `wall-${ill.length}`);
    t.deepEqual(await sizeOf(page), [WALL.width, WALL.height]);
    t.is(await page.locator('article').count(), ill.length);
    t.is(await page.locator('.tiles li').count(), 60 - ill.length);
    const seen = await page.evaluate<
      { isInside: boolean; height: number }[]
    >(`[...document.querySelectorAll('article, .tiles li')].map((one) => {
      const { top, bottom, left, right, height } = one.getBoundingClientRect();
      return { isInside: top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth, height };
    })`);
    t.true(seen.every(({ isInside }) => isInside));
    const lines = seen.slice(ill.length).map(({ height }) => height);
    t.true(
      lines.every((height) => height === lines[0] && height < 50),
      'what is well has one line',
    );
    t.true(
      seen.slice(0, ill.length).every(({ height }) => height > 1.5 * (lines[0] ?? 0)),
      'what is wrong is larger',
    );

    if (!isDrill) return;
    await wall.write();
    const phone = await show(t, wall, PHONE);
    await picture(phone, `phone-${ill.length}`);
    t.is((await sizeOf(phone))[0], PHONE.width);
    const first = await phone.locator('main article, main li').first().boundingBox();
    t.true(first !== null && first.y < PHONE.height / 2, 'it is seen without scrolling');
    t.regex(await phone.locator('main article, main li').first().innerText(), /Interrumpido\s+desde las \d\d:\d\d/);
  });
}

inBrowser('each kind of trouble is told in words, and whom to call by a link to dial', async (t) => {
  const wall = await makeWall(t, 12, TEN);
  const page = await show(t, wall);
  const states = await page.locator('article header').allInnerTexts();
  t.deepEqual(
    states.map((text) => text.replace(/\s+/g, ' ').replace(/\d\d:\d\d/, 'h')),
    [
      '■ Vanguardia Interrumpido desde las h',
      '■ Radio Laguna Interrumpido desde las h',
      '■ El Zócalo de Saltillo Interrumpido desde las h',
      '▲ Universidad Autónoma de Coahuila 2 periodos fallidos desde las h',
      '▲ Canal 7 2 periodos fallidos desde las h',
      '▲ El Siglo Al día por la red; por SFTP, 1 periodo fallido desde las h',
      '▲ Vanguardia 6 1 periodo fallido desde las h',
      '▲ El Zócalo de Saltillo 7 Servicio sin señales desde las h',
      '▲ Radio Laguna 8 Al día, con un aviso desde las h',
      '○ Universidad Autónoma de Coahuila 9 Sin contacto desde las h',
    ],
  );
  t.regex(await page.locator('article').nth(3).innerText(), /Su servicio no da señales desde las 19:37/);
  t.regex(await page.locator('article').nth(7).innerText(), /desde las 19:59/);
  const dials = await page.evaluate<string[]>('[...document.querySelectorAll("article a")].map((one) => one.getAttribute("href"))');
  t.deepEqual(dials.slice(0, 3), ['tel:8441234500', 'tel:8441234502', 'tel:+528447654321;ext=9']);
  t.is(
    await page
      .locator('.tiles li')
      .first()
      .innerText()
      .then((text) => text.split('\n')[0]),
    '●',
  );
  t.deepEqual(englishWordsIn(await page.locator('body').innerText()), [], 'no English');
});

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(`every text has enough contrast: ${colorScheme}`, async (t) => {
    const wall = await makeWall(t, 12, TEN);
    const page = await newPage(t, { viewport: WALL, colorScheme });
    await page.goto(pathToFileURL(wall.page).href);
    await page.locator('.call summary').first().click();
    const { seen, found } = await faint(page);
    t.deepEqual(found, []);
    t.true(seen > 60, `${seen} texts`);
  });
}

inBrowser('strips end at the present period for every node, however long each was counted', async (t) => {
  const wall = await makeWall(t, 12, TEN);
  const page = await show(t, wall);
  const strips = await page.evaluate<[number, string][][]>(`[...document.querySelectorAll('svg.strip')].map((one) => {
    const bars = [...one.querySelectorAll('.ok, .no')].flatMap((path) => [...path.getAttribute('d').matchAll(/M([0-9]+) ([0-9]+)/g)]);
    return bars.map(([, x, top]) => [Number(x) / 4 - 35, top === '0' ? 'no' : 'ok']).sort((a, b) => a[0] - b[0]);
  })`);
  const tile = strips.at(-1);
  t.deepEqual(
    tile,
    [-6, -5, -4, -3, -2, -1, 0].map((period) => [period, 'ok']),
  );
  t.deepEqual(
    strips[0],
    [-6, -5, -4, -3, -2, -1].map((period) => [period, period < -5 ? 'ok' : 'no']),
    'what is not counted yet is empty',
  );
  t.deepEqual(strips[9], [], 'never reached, never counted');
});

inBrowser('it counts down to the next corte and says when that is late; a page that is not renewed does neither', async (t) => {
  const wall = await makeWall(t, 3, []);
  const page = await show(t, wall);
  const next = page.locator('#next');
  await pass(page, 5000);
  t.regex(await next.innerText(), /^7:5\d\s+próximo corte, a las 20:10$/);
  await wall.write(WALL_NOW + 460_000);
  await pass(page, 15_000);
  t.regex(await next.innerText(), /^0:(?:[01]\d|20)\s/, 'the browser may take the whole while to load it anew');
  await pass(page, 30_000);
  t.regex(await next.innerText(), /^ahora\s/);
  await wall.write(WALL_NOW + 600_000);
  await pass(page, 20_000);
  t.regex(await next.innerText(), /^\+[12]:\d\d\s+▲ debió salir a las 20:10$/);
  t.regex(String(await next.getAttribute('class')), /\blate\b/);
  await pass(page, 120_000);
  t.regex(await next.innerText(), /^no se sabe/);
});

inBrowser('a page that is the same for too long says in red since when, although it is loaded anew all the time', async (t) => {
  const wall = await makeWall(t, 3, []);
  const page = await show(t, wall);
  await pass(page, 80_000);
  t.false(await page.locator('#stale').isVisible());
  await pass(page, 30_000);
  t.true(await page.locator('#stale').isVisible());
  await picture(page, 'stale');
  // It stands above what the page says of itself, and covers nothing of it: a drill stays one.
  const [banner, header] = await Promise.all(['#stale', '#panel'].map((part) => page.locator(part).boundingBox()));
  t.true(banner !== null && banner !== undefined && banner.y + banner.height <= (header?.y ?? 0), JSON.stringify([banner, header]));
  t.regex(await page.locator('#stale').innerText(), /ESTA PÁGINA NO SE RENUEVA desde las 20:02:00, hace 1 min \d+ s/);
  t.is(await page.locator('#stale').getAttribute('role'), 'alert');
  t.regex(await page.title(), /PÁGINA DETENIDA/);
  await wall.write(WALL_NOW + 110_000);
  await pass(page, 20_000);
  t.false(await page.locator('#stale').isVisible(), 'it is renewed again');
  t.notRegex(await page.title(), /PÁGINA DETENIDA/);
});

for (const skew of [-7_200_000, 7_200_000]) {
  inBrowser(`a viewer's clock that is wrong by ${skew / 3_600_000} h makes no alarm, and hides none`, async (t) => {
    const wall = await makeWall(t, 3, []);
    const page = await show(t, wall, WALL, skew);
    t.is(await page.locator('#doubt').isVisible(), skew > 0, 'what may be old is doubted');
    for (const at of [10, 40, 70, 100]) {
      await wall.write(WALL_NOW + at * 1000);
      await pass(page, 30_000);
      t.false(await page.locator('#stale').isVisible());
    }
    t.false(await page.locator('#doubt').isVisible(), 'it was seen to be renewed');
    t.regex(await page.locator('#next strong').innerText(), /^(5:[45]|6:0)\d$/, 'the countdown goes by the IEC\u2019s clock');
    await pass(page, 120_000);
    t.true(await page.locator('#stale').isVisible());
  });
}

inBrowser('where the server is gone the page stays, and grows old', async (t) => {
  const wall = await makeWall(t, 3, []);
  const html = await readFile(wall.page);
  let isGone = false;
  const site = await serve(t, (_, response) => {
    if (isGone) response.destroy();
    else response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
  });
  const page = await newPage(t, { viewport: WALL });
  await page.clock.install({ time: WALL_NOW + 2000 });
  await page.goto(site.href);
  isGone = true;
  await pass(page, 100_000);
  t.true(await page.locator('#stale').isVisible());
  t.is(await page.locator('.tiles li').count(), 3);
});

inBrowser('without its script the page still tells, by its style, that it was not loaded anew', async (t) => {
  const wall = await makeWall(t, 3, []);
  const page = await newPage(t, { javaScriptEnabled: false });
  await page.goto(pathToFileURL(wall.page).href);
  const [animation] = await page.evaluate<string[]>(
    '(() => { const { animationName, animationDelay, animationDuration, animationFillMode, visibility } = getComputedStyle(document.getElementById("stale")); return [[animationName, animationDuration, animationDelay, animationFillMode, visibility].join(" ")]; })()',
  );
  t.is(animation, 'stale 0s 90s forwards hidden');
  await page.evaluate('document.getAnimations()[0].currentTime = 90001');
  t.true(await page.locator('#stale').isVisible());
});

inBrowser('a call stands with its hour until that trouble ends; the next trouble needs a call of its own', async (t) => {
  const wall = await makeWall(t, 3, [{ failed: 3, trouble: UNREACHABLE }]);
  const { config, ledger } = wall;
  const id = 'difusor-0/web1';
  const { count, since } = ledger.node(id).episode;
  const page = await show(t, wall);
  const call = page.locator('article .call');
  t.regex(await call.innerText(), /Sin llamar/);
  await call.locator('summary').click();
  t.is(
    await call.locator('code').innerText(),
    `cotejo iec called difusor-0 web1 --episode ${count} --config ${config.file}`,
    'the line to copy',
  );
  const at = '2018-07-01T20:01:00-05:00';
  await changeCalls(config.panel, 'jornada', () => [{ node: id, episode: { count, since: since! }, at, note: 'sin luz <b>' }]);
  await wall.write();
  await page.reload();
  t.regex(await call.innerText(), /Ya se llamó, a las 20:01 .*sin luz <b>/);
  t.regex(await page.locator('.tocall').innerText(), /☎ 0/);

  const [target] = (await import('../../../src/iec/setup/config.ts')).nodesOf(config);
  ledger.report({ target: target!, outcome: 'up-to-date', number: 7, trouble: null, bytes: 0, seconds: 0 });
  ledger.succeeded(id, 7);
  ledger.report({
    target: target!,
    outcome: 'failed',
    number: null,
    trouble: { code: 'unreachable', detail: said('') },
    bytes: 0,
    seconds: 0,
  });
  await wall.write();
  await page.reload();
  t.regex(await call.innerText(), /Sin llamar/, 'another trouble');
});
