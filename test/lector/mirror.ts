import type { ServerResponse } from 'node:http';
import type { ExecutionContext } from 'ava';
import { hashOf } from '../../src/format/hash.ts';
import { pointerText } from '../../src/format/pointer.ts';
import { tileText } from '../../src/format/tile.ts';
import type { Files } from '../kit/broken-chains.ts';
import type { Corte } from '../kit/cortes.ts';
import { encode, type KitTrust, trustFiles } from '../kit/election.ts';
import { type Answering, serve } from '../kit/web.ts';

/** A Difusor's site in memory, at the addresses that the shipped nginx has, for what no honest site does. */

export interface Night {
  readonly trusts: readonly KitTrust[];
  /** of one phase, from the first on */
  readonly cortes: readonly Corte[];
  /** of the chain, in the place of what follows from these */
  readonly chain?: Files;
}

/** Does something else with an answer. @returns whether it did; else the honest answer is given */
export type Twist = (response: ServerResponse, path: string, body: Buffer | undefined) => boolean;

export interface Site {
  readonly url: string;
  /** What it shows now; a test sets it. */
  night: Night;
  twist: Twist | null;
  /** the paths that were asked for, and what came with it */
  readonly asked: { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[];
}

export async function serveSite(t: Pick<ExecutionContext, 'teardown'>, night: Night, twist: Twist | null = null): Promise<Site> {
  const site = { night, twist, asked: [] as Site['asked'][number][], url: '' };
  const { href } = await serve(t, answering(site));
  site.url = href;
  return site;
}

export function answering(site: Pick<Site, 'night' | 'twist' | 'asked'>): Answering {
  return (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1));
    site.asked.push({ path, headers: request.headers });
    const body = bytesAt(site.night, path);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-cache');
    if (site.twist?.(response, path, body)) return;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': typeOf(path), 'content-length': body?.length ?? 0 });
    response.end(body);
  };
}

const PINNED = /^cotejo\/c\/(\d+)\/(.*)$/;

/** Whether an address is one of a file of the publication. */
export function isContent(path: string): boolean {
  return PINNED.test(path) || !path.startsWith('cotejo/');
}

function bytesAt({ trusts, cortes, chain }: Night, path: string): Buffer | undefined {
  const newest = cortes.at(-1);
  if (path === 'cotejo/ultimo.json') {
    const told = chain ? newestIn(chain) : newest;
    return told && Buffer.from(pointerText(pointerTo(told)));
  }
  if (path.startsWith('cotejo/chain/')) return (chain ?? chainOf(trusts, cortes)).get(path.slice('cotejo/chain/'.length));
  const [, number, inside = ''] = PINNED.exec(path) ?? [];
  if (number !== undefined) return cortes.find(({ statement }) => statement.number === Number(number))?.content[pageOf(inside)];
  return path.startsWith('cotejo/') ? undefined : newest?.content[pageOf(path)];
}

/** The newest corte that is in a chain's folder, whatever it is worth. */
function newestIn(chain: Files): Pick<Corte, 'statement' | 'sha256'> | undefined {
  const names = [...chain.keys()].filter((path) => /^jornada\/\d{6}\/corte\.json$/.test(path)).sort();
  const bytes = chain.get(names.at(-1) ?? '');
  return bytes && { statement: JSON.parse(bytes.toString()) as Corte['statement'], sha256: hashOf(bytes) };
}

function pointerTo({ statement, sha256 }: Pick<Corte, 'statement' | 'sha256'>) {
  const { phase, number, taken_at } = statement;
  return { phase, number, corte: sha256, taken_at, shows: 'corte' as const, base: `/cotejo/c/${number}/` };
}

/** A chain's folder with its tiles, as a node keeps it. */
function chainOf(trusts: readonly KitTrust[], cortes: readonly Corte[]): Files {
  const files: Files = new Map();
  for (const trust of trusts)
    for (const [name, bytes] of Object.entries(trustFiles(trust))) files.set(`trust/${name}`, Buffer.from(bytes));
  for (const { statement, files: of } of cortes)
    for (const [name, bytes] of Object.entries(of))
      files.set(`${statement.phase}/${String(statement.number).padStart(6, '0')}/${name}`, bytes);
  const entries = cortes.map(({ files: of }) => [String(of['corte.json']), String(of['corte.json.sig'])] as const);
  const newest = cortes.at(-1);
  const phase = newest?.statement.phase ?? 'jornada';
  files.set(`${phase}/historia/0.json`, Buffer.from(tileText(entries)));
  const phases = newest ? { [phase]: { number: newest.statement.number, corte: newest.sha256 } } : {};
  const { document } = trusts.at(-1) as KitTrust;
  files.set('index.json', encode({ election: document.election, trust: document.version, phases }));
  return files;
}

const pageOf = (path: string) => (path === '' || path.endsWith('/') ? `${path}index.html` : path);

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  svg: 'image/svg+xml',
};

function typeOf(path: string): string {
  return TYPES[pageOf(path).split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}
