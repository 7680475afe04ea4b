import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Estado } from '../../src/page/lector/messages.ts';
import { filesOf, type Good } from '../kit/broken-chains.ts';
import { newContext } from '../kit/browser.ts';
import { type Site, serveSite } from './mirror.ts';
import { buildLector } from './origin.ts';
import { newReader, type Reader } from './reader.ts';
import { clockAhead, serveFolder } from './visit.ts';

/** One lector and one reader for a whole table of chains: two mirrors, and between two chains the reader's browser forgets. */

export interface Stage {
  readonly reader: Reader;
  /** gives whatever a test sets */
  readonly bad: Site;
  /** gives the good chain, or has nothing at all */
  readonly honest: Site;
  /** As on a first visit: nothing is kept, no worker runs, and the lector is opened anew. @returns what is known after a look */
  readonly begin: () => Promise<Estado>;
  /** Waits until the bar stands so. */
  readonly stands: (standing: string) => Promise<void>;
}

interface Night {
  teardown(end: () => Promise<void> | void): void;
}

/**
 * @param t for what is needed while it is set
 * @param night as long as which it stands
 * @param hour of the reader's clock, ms since the epoch
 */
export async function setStage(t: ExecutionContext, night: Night, good: Good, hour: number): Promise<Stage> {
  const bad = await serveSite(night, { trusts: good.trusts, cortes: [] });
  const honest = await serveSite(night, { trusts: good.trusts, cortes: good.jornada, chain: filesOf(good) });
  const built = await buildLector(t, good.trusts[0], [bad.url, honest.url]);
  const folder = new Map<string, Buffer>();
  for (const name of await readdir(built)) folder.set(name, await readFile(join(built, name)));
  const ahead = hour - Date.now();
  const { href } = await serveFolder(night, folder, ahead);
  const context = await newContext(night);
  await context.addInitScript(clockAhead(ahead));
  const reader = await newReader(context, href);
  const { page } = reader;
  await page.goto(href);
  await reader.settled();
  const devtools = await context.newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  return {
    reader,
    bad,
    honest,
    async begin() {
      await reader.ask({ ask: 'olvida' });
      await page.goto('about:blank');
      await devtools.send('ServiceWorker.stopAllWorkers');
      await reader.given();
      await page.goto(href);
      return reader.settled();
    },
    stands: (standing) => page.locator(`html[data-standing="${standing}"]`).waitFor({ state: 'attached' }),
  };
}
