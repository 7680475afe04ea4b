import test from 'ava';
import { BROKEN_CHAINS, filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { difusor, good, upload, verdict } from '../kit/page.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/** The table that the command runs too (test/audit/chain.test.ts), here by the page: one visit, one chain after another. */

const inBrowser = requires('chromium', ['chromium']).serial;

const chains = BROKEN_CHAINS.map(({ breakIt }) => {
  const files = filesOf(good);
  breakIt(files, good);
  return difusor(files);
});

let end: (() => Promise<void> | void)[] = [];
const visit = { teardown: (step: () => Promise<void> | void) => void end.unshift(step) };
let opened: ReturnType<typeof open> | undefined;

/** Chain number n is at `/n/cotejo/chain/`. */
async function open() {
  const front = difusor(new Map());
  const address = await serve(visit, (request, response) => {
    const [, number = '', path = ''] = /^\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const chain = chains[Number(number)];
    if (number === '' || !chain) return front(request, response);
    request.url = path;
    return chain(request, response);
  });
  const page = await newPage({ teardown: (step) => visit.teardown(step) });
  await page.goto(new URL('cotejo/', address).href);
  await page.setInputFiles('#files', upload(filesOf(good)));
  await page.selectOption('#sampling', 'none', { force: true });
  return { page, address };
}

test.after.always(async () => {
  for (const step of end) await step();
  end = [];
  await closeBrowser();
});

for (const [i, { name, expected, needsPackages }] of BROKEN_CHAINS.entries()) {
  // The page reads only the newest manifest and no package, and says so.
  const isSeen = !needsPackages || (expected.number === 5 && /^(manifest|path)-/.test(expected.code));
  inBrowser(`${isSeen ? 'found by the page' : 'left to the command'}: ${name}`, async (t) => {
    const { page, address } = await (opened ??= open());
    await page.fill('#site', new URL(`${i}/`, address).href);
    await page.click('#start');
    const found = await verdict(page, new URL(`${i}/cotejo/chain/`, address));
    if (isSeen) t.like(found, { tone: 'bad', ...expected }, found.text);
    else t.is(found.tone, 'good', found.text);
  });
}
