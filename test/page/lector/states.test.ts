import { join } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import { closeBrowser } from '../../kit/browser.ts';
import { faint } from '../../kit/contrast.ts';
import { inBrowser } from '../../kit/portal.ts';
import { openLector } from './fake-worker.ts';
import { STATES } from './states.ts';

test.after.always(closeBrowser);

/** where pictures are wanted */
const pictures = process.env['COTEJO_PICTURES'];
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const DESK = { viewport: { width: 1280, height: 800 } };

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `lector-${name}.png`) });
}

for (const [name, { saying, standing, isFrameSeen, note, now }] of Object.entries(STATES)) {
  inBrowser(`the bar says where things stand: ${name}`, async (t) => {
    const at = now === undefined ? {} : { now };
    const page = await openLector(t, saying, { ...PHONE, ...at });
    await page.locator(`[data-standing="${standing}"]`).waitFor();
    if (saying.found) await page.locator(name === 'newer' ? '#newer' : '#card').waitFor();
    t.is(await page.locator('#publication').isVisible(), isFrameSeen);
    t.is(await page.locator('#card').isVisible(), !isFrameSeen && standing !== 'searching');
    const strip = page.locator('#note');
    t.is((await strip.isVisible()) ? await strip.getAttribute('data-gravity') : null, note);
    await picture(page, `${name}-phone`);
    t.deepEqual((await faint(page)).found, []);
    if (pictures !== undefined) {
      await page.setViewportSize(DESK.viewport);
      await picture(page, `${name}-desk`);
    }
  });
}
