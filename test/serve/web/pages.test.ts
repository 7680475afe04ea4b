import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { publicationOf } from '../../../src/demo/results.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { type DifusorPlan, type RunningDifusor, runDifusor } from '../../kit/difusor.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { find } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';

const inChromium = requires('chromium', ['chromium']);
const trust = signTrust(makeTrust());
const HTTP = { http: { host: '127.0.0.1', port: 0 } };
const ARGS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
const SIZES = { phone: { width: 390, height: 780 }, desktop: { width: 1280, height: 800 } };

let browser: Promise<Browser> | null = null;
test.after.always(async () => (await browser)?.close());

/** A page on a phone and on a desktop: no outside resources, no console errors, nothing sticks out. */
async function look(t: ExecutionContext, difusor: RunningDifusor, path: string, see: (page: Page) => Promise<void>) {
  const { chromium } = await import('playwright-core');
  browser ??= chromium.launch({ executablePath: find('chromium') as string, args: ARGS });
  const base = `http://127.0.0.1:${difusor.http?.port}`;
  for (const [size, viewport] of Object.entries(SIZES)) {
    const page = await (await browser).newPage({ viewport });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A browser logs every 503 as an error; the notice is one on purpose. The browser also asks for an icon by
      // itself.
      if (message.type() === 'error' && !/503|favicon/.test(`${message.text()} ${message.location().url}`))
        complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(base)) complaints.push(request.url());
    });
    await page.goto(`${base}${path}`);
    t.deepEqual(complaints, [], size);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    t.is(overflow, 0, `${path} on a ${size} is wider than its screen`);
    t.is(await page.locator('h1').count(), 1);
    t.is(await page.evaluate('document.documentElement.lang'), 'es-MX');
    await see(page);
    await page.close();
  }
}

async function serving(t: ExecutionContext, plan: Partial<DifusorPlan> = {}): Promise<RunningDifusor> {
  return runDifusor(t, { trust, ports: HTTP, ...plan });
}

/** Text that every reader must be able to read has a contrast of at least 4.5 to 1. */
async function contrastOf(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const light = (colour: string) => {
        const [r, g, b] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((c) => {
          const part = Number(c) / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        }) as [number, number, number];
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const styles = (globalThis as unknown as { getComputedStyle(e: unknown): { color: string } }).getComputedStyle(element);
      return 1.05 / (light(styles.color) + 0.05);
    });
}

inChromium('a corte of the demo reads well on a phone and a desktop', async (t) => {
  const taken = at(NOW - 60_000);
  const corte = makeCorte({ trust, files: Object.fromEntries(publicationOf(20, taken)), takenAt: taken });
  const difusor = await serving(t);
  await writeDelivery(difusor.config.inbox, corte);
  await difusor.until((e) => e.event === 'admitted');
  await look(t, difusor, '/', async (page) => {
    t.is(await page.locator('tbody tr').count(), 38);
    t.is(await page.locator('header time').getAttribute('datetime'), taken);
    await page.getByRole('link', { name: 'Saltillo' }).click();
    t.is(await page.locator('h1').textContent(), 'Saltillo');
    const image = page.locator('.actas img').first();
    await image.scrollIntoViewIfNeeded();
    await page.waitForFunction('document.querySelector(".actas img").naturalWidth > 0');
    await page.getByRole('link', { name: 'Todos los municipios' }).click();
    t.regex(page.url(), /\/$/);
  });
});

inChromium('the notice: hour of the last corte, other Difusores, English by one key', async (t) => {
  const taken = at(NOW - 3_600_000);
  const corte = makeCorte({ trust, files: { 'index.html': 'x' }, takenAt: taken });
  const title = 'Diario <Hoy> & "Mañana"';
  const difusor = await serving(t, { difusores: [{ title, url: 'https://otro.example/prep?a=1&b=2' }], now: NOW - 3_500_000 });
  await writeDelivery(difusor.config.inbox, corte);
  const admitted = await difusor.until((e) => e.event === 'admitted');
  difusor.now = NOW;
  // The phase began with the notice, too: no corte had come.
  await difusor.until((e) => e.event === 'published' && e.phase === 'jornada' && e.public === 'aviso', admitted);
  await look(t, difusor, '/', async (page) => {
    t.is(await page.locator('h1').textContent(), 'La información no se está actualizando');
    t.is(await page.locator('.hour time').first().getAttribute('datetime'), taken);
    const link = page.getByRole('link', { name: title });
    t.is(await link.getAttribute('href'), 'https://otro.example/prep?a=1&b=2');
    const english = page.getByRole('heading', { name: 'The information is not being updated' });
    t.false(await english.isVisible());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    t.true(await english.isVisible());
    t.is(await page.locator('details').getAttribute('lang'), 'en');
    for (const text of ['p', '.election', '.hour span', 'footer p', 'summary']) t.true((await contrastOf(page, text)) >= 4.5, text);
    t.is(await page.locator('.simulacro').count(), 0);
  });
});

inChromium('before the hour the page says when; a simulacro says that it is one, above and below', async (t) => {
  const opens = at(NOW + 3_600_000);
  const phases = makeTrust().phases.map((phase) => ({ ...phase, opens_at: opens }));
  const difusor = await serving(t, { trust: signTrust(makeTrust({ phases })) });
  await look(t, difusor, '/', async (page) => {
    t.is(await page.locator('h1').textContent(), 'La publicación todavía no comienza');
    t.is(await page.locator('.hour time').first().getAttribute('datetime'), opens);
    t.is(await page.locator('.simulacro').count(), 0);
  });
  await look(t, difusor, '/cotejo/fases/simulacro-1/', async (page) => {
    t.is(await page.locator('.simulacro').count(), 2);
    t.true(await page.locator('.simulacro').first().isVisible());
    t.regex(await page.title(), /^SIMULACRO/);
    t.regex((await page.locator('details').textContent()) ?? '', /This is a drill/);
  });
});
