import { join } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import { closeBrowser } from '../../kit/browser.ts';
import { faint } from '../../kit/contrast.ts';
import { englishWordsIn } from '../../kit/languages.ts';
import { inBrowser } from '../../kit/portal.ts';
import { NOW, openLector, say, saying } from './fake-worker.ts';
import { STATES } from './states.ts';

test.after.always(closeBrowser);

/** where pictures are wanted */
const pictures = process.env['COTEJO_PICTURES'];
const PHONE = { width: 390, height: 844 };
const SMALL = { width: 320, height: 640 };
const DESK = { width: 1280, height: 800 };

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `lector-${name}.png`) });
}

const overflow = 'document.documentElement.scrollWidth - innerWidth';

inBrowser('the bar says where things stand, in both languages, on a telephone, by day and by night', async (t) => {
  const page = await openLector(t, saying(), { viewport: PHONE, colorScheme: 'light' });
  await page.locator('[data-standing="corte"]').waitFor();
  for (const [name, state] of Object.entries(STATES)) {
    await say(page, state.saying);
    await page.clock.setFixedTime(state.now ?? NOW);
    await page.reload();
    await page.locator(`[data-standing="${state.standing}"]`).waitFor();
    if (name === 'newer') await page.locator('#newer').waitFor();
    t.is(await page.locator('#publication').isVisible(), state.isFrameSeen, name);
    t.is(await page.locator('#card').isVisible(), !state.isFrameSeen && state.standing !== 'searching', name);
    const strip = page.locator('#note');
    t.is((await strip.isVisible()) ? await strip.getAttribute('data-gravity') : null, state.note, name);
    if (name.startsWith('revoked')) {
      const isAnew = /otro corte 37 en su lugar/.test(await page.locator('#card').innerText());
      t.is(isAnew, name === 'revoked-anew', 'which of two cortes 37 the button leads to is said beside it');
    }
    t.is(await page.locator('#drill').isVisible(), name === 'drill');
    t.is((await page.title()).startsWith('SIMULACRO · '), name === 'drill');
    await picture(page, `${name}-phone`);
    await page.click('#details');
    t.deepEqual((await faint(page)).found, [], name);
    const spanish = await page.locator('body').innerText();
    t.deepEqual(englishWordsIn(spanish.replaceAll('English', '')), [], name);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(SMALL);
    t.deepEqual((await faint(page)).found, [], `${name} by night`);
    t.true(Number(await page.evaluate(overflow)) <= 0, name);
    await page.click('#language');
    t.is(await page.evaluate('document.documentElement.lang'), 'en-GB');
    t.true(Number(await page.evaluate(overflow)) <= 0, `${name} in English`);
    const left = new Set(spanish.split('\n').filter((line) => /\p{L}{4}.* .*\p{L}{4}/u.test(line)));
    const english = (await page.locator('body').innerText()).split('\n');
    t.deepEqual(
      english.filter((line) => left.has(line) && !/PREP Coahuila|Universidad Autónoma|^Radio Norte$/.test(line)),
      [],
      `${name}: nothing is left in Spanish`,
    );
    await page.click('#language');
    await page.click('#details');
    if (pictures !== undefined) {
      await picture(page, `${name}-small-dark`);
      await page.setViewportSize(DESK);
      await picture(page, `${name}-desk-dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      await picture(page, `${name}-desk`);
      await page.click('#details');
      await picture(page, `${name}-details-desk`);
      await page.setViewportSize(PHONE);
      await picture(page, `${name}-details-phone`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(PHONE);
  }
});
