import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';

/** One visit to the lector in a real Chromium, and when its reader sees the publication. */

export interface Visit {
  /** ms until the verified document is parsed and seen: the bar says so, and the browser drew it */
  readonly first: number;
  /** ms until it has all its parts */
  readonly whole: number;
}

/** ms: a new tab has work of its own, which whoever opens an address in it does not see */
const SETTLED = 1500;
/** ms between two questions to a page, whose thread they take */
const ASKED = 250;

/**
 * One visit in a tab of its own, with no worker at work, as for a reader who comes back after a while. The page notes itself
 * what happens in it: a driver that looks again and again takes the time of a slowed page, and what it sees it sees late.
 * @param slower how many times the processor of its pages is slowed
 * @throws Error where no verified page came within a minute
 */
export async function visit(context: BrowserContext, address: string, slower: number): Promise<Visit> {
  const tab = await context.newPage();
  const devtools = await context.newCDPSession(tab);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.send('ServiceWorker.disable');
  await tab.addInitScript(WATCH);
  await pause(SETTLED);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await tab.goto(address, { waitUntil: 'commit' });
  for (let waited = 0; waited < 60_000; waited += ASKED) {
    await pause(ASKED);
    const times = await tab.evaluate<Times | null>(READ);
    if (!times) continue;
    return { first: Math.max(times.seen, times.parsed), whole: times.whole };
  }
  throw new Error('no verified page came');
}

/** ms since the top page's navigation began */
interface Times {
  readonly seen: number;
  readonly parsed: number;
  readonly whole: number;
}

/** Notes when the frame was drawn after the bar had said that what is in it is verified; of the empty page, when it was drawn. */
const WATCH = `if (window.top === window) {
  const drawn = () => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.seen ??= performance.now(); };
    port2.postMessage(0);
  });
  if (location.pathname === '/nada/') addEventListener('DOMContentLoaded', drawn);
  else new MutationObserver(() => { if (document.documentElement?.dataset.standing === 'corte') drawn(); })
    .observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-standing'] });
}`;

/** Nothing before the frame has all its parts. */
const READ = `(() => {
  const within = document.querySelector('iframe')?.contentWindow?.performance;
  const [way] = within?.getEntriesByType('navigation') ?? [];
  if (!way?.loadEventEnd || window.seen === undefined) return null;
  const later = within.timeOrigin - performance.timeOrigin;
  return { seen: window.seen, parsed: later + way.domInteractive, whole: later + way.loadEventEnd };
})()`;
