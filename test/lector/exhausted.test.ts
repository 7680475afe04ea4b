import { join } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import { closeBrowser, newBrowser } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { requires } from '../kit/requires.ts';
import { serveSite } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import { WHOLE } from './reader.ts';
import { newVisit } from './visit.ts';

/** A page of the publication, signed as any other, that takes more memory than there is: the browser ends it, bar and all. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const pictures = process.env['COTEJO_PICTURES'];

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `lector-${name}.png`) });
}

const now = Date.now();
const trust = signTrust(makeTrust({ now }));
const files = lectorPublication(1, {
  'memoria.html': `<!doctype html><p>memoria</p><script>
const all = [];
const more = () => { for (let i = 0; i < 50; i++) all.push(new Array(100000).fill(Math.random() + i)); setTimeout(more) };
setTimeout(more, 300);
</script>`,
});
const night = { trusts: [trust], cortes: [makeCorte({ trust, files, takenAt: at(now - 60_000) })] };

inBrowser('whom it ended twice in a row does not open it again by itself, and has other ways to go', async (t) => {
  const browser = await newBrowser(t, ['--js-flags=--max-old-space-size=64']);
  const { reader, context, origin } = await newVisit(t, trust, [(await serveSite(t, night)).url], { browser });
  await reader.open();
  const ended = reader.page.waitForEvent('crash');
  await reader.page.evaluate("document.querySelector('iframe').contentWindow.location.href = '/memoria.html'; 0");
  await ended;

  const again = await context.newPage();
  const endedAgain = again.waitForEvent('crash');
  await again.goto(new URL('memoria.html', origin.url).href, { waitUntil: 'commit' });
  await endedAgain;

  const page = await context.newPage();
  await page.goto(new URL('memoria.html', origin.url).href);
  await page.locator('[data-standing="ended"]').waitFor();
  await picture(page, 'ended');
  t.false(await page.locator('#publication').isVisible());
  t.true(await page.locator('#links').isVisible());
  t.is(await page.frameLocator('#publication').locator('p').count(), 0);
  await page.reload();
  await page.locator('[data-standing="ended"]').waitFor();
  await page.click('[data-action="front"]');
  await page.locator('[data-standing="corte"]').waitFor();
  await page.frameLocator('#publication').locator('#html').waitFor();

  const other = await context.newPage();
  await other.goto(origin.url);
  await other.locator('[data-standing="corte"]').waitFor();
  await page.goto('about:blank');
  await page.goto(origin.url);
  await page.locator('[data-standing="corte"]').waitFor();
  t.is(
    await page.frameLocator('#publication').locator('html').evaluate(WHOLE),
    true,
    'who left it, or has it open elsewhere, is not kept from it',
  );
});
