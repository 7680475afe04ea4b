import type { Page } from 'playwright-core';
import { buildPage } from '../../src/build/page.ts';
import { type Files, filesOf, goodChain } from './broken-chains.ts';
import { repository } from './programs.ts';
import type { Answering } from './web.ts';

/** `cotejo.html` as a visitor uses it. */

export const good = goodChain();
/** What the site shows of the good chain's newest corte. */
export const shown = good.jornada[4].content;
const goodFiles = filesOf(good);
const built = await buildPage(repository(), 'cotejo.html');

export function html(): Buffer {
  return built;
}

const CHAIN = 'cotejo/chain/';

/** A Difusor's site: the page, the chain beside it and the publication, which anyone may read. */
export function difusor(chain: Files, site: Readonly<Record<string, Buffer | string | undefined>> = shown): Answering {
  return (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1));
    const body = path === 'cotejo/' ? html() : path.startsWith(CHAIN) ? chain.get(path.slice(CHAIN.length)) : site[path];
    const type = path === 'cotejo/' || path.endsWith('.html') ? { 'content-type': 'text/html; charset=utf-8' } : {};
    response.writeHead(body === undefined ? 404 : 200, { ...type, 'access-control-allow-origin': '*' });
    response.end(body ?? 'not here');
  };
}

export interface Asked {
  /** `none`, `files` (the good chain's, if absent), or a code of integrity */
  readonly anchor?: string;
  readonly sampling?: 'sample' | 'all' | 'none';
}

export interface Verdict {
  readonly tone: string | null;
  readonly code: string | null;
  readonly phase: string | null;
  readonly number: number | null;
  readonly text: string;
}

/** Some minutes after the good chain's newest corte: a site should show it. */
const SOON_AFTER = '2018-07-01T19:45:00-05:00';

/** Opens the page of a site at the hour of its newest corte, asks, and waits for the verdict. */
export async function ask(page: Page, site: URL, { anchor = 'files', sampling = 'none' }: Asked = {}): Promise<Verdict> {
  await page.clock.setFixedTime(SOON_AFTER);
  await page.goto(new URL('cotejo/', site).href);
  if (anchor === 'files') await page.setInputFiles('#files', upload(goodFiles));
  else if (anchor !== 'none') await page.fill('#code', anchor);
  await page.selectOption('#sampling', sampling, { force: true });
  await page.click('#start');
  return verdict(page, new URL(CHAIN, site));
}

/** Waits for the verdict, on this chain if one is named. */
export async function verdict(page: Page, chain?: URL): Promise<Verdict> {
  const card = page.locator(chain ? `.verdict[data-chain="${chain.href}"]` : '.verdict');
  const [tone, code, phase, number] = await Promise.all(
    ['data-tone', 'data-code', 'data-phase', 'data-number'].map((name) => card.getAttribute(name)),
  );
  return {
    tone: tone ?? null,
    code: code ?? null,
    phase: phase ?? null,
    number: number ? Number(number) : null,
    text: await card.innerText(),
  };
}

export function upload(files: Files) {
  return [...files].flatMap(([path, buffer]) =>
    path.startsWith('anchor/') ? [{ name: path.slice('anchor/'.length), mimeType: 'application/octet-stream', buffer }] : [],
  );
}
