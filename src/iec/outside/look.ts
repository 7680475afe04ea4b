import { cortePath } from '../../audit/check/chain-reads.ts';
import { isPageType } from '../../audit/check/web-answers.ts';
import type { ProxyFor } from '../../audit/source/proxies.ts';
import { readStatement } from '../../chain/chain-folder.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { parseStatement } from '../../format/statement.ts';
import type { Head } from '../../verdict/corte.ts';
import { type ChainView, viewChain } from '../record/chain-view.ts';
import { isDisowned } from '../record/disowned-corte.ts';
import { newestKept } from '../record/kept-acuses.ts';
import type { Seen } from '../record/seen.ts';
import type { Difusor } from '../setup/config.ts';
import { type BoundedClient, type Bounds, boundedClient, LOOK_BOUNDS } from './bounded-client.ts';
import { type Failure, failureOf, failureOfStatus } from './failure.ts';
import { type FilesLook, filesAt, NO_FILES } from './files.ts';
import { judge, judgePointer } from './judge.ts';
import { oursAt } from './ours.ts';
import { POINTER_BYTES, parsePointer, type Told } from './pointer.ts';
import { bodyUpTo, readSmall } from './read-small.ts';
import { receiptsAt, type Signer } from './receipts.ts';
import { words } from './words.ts';

/** One look at a Difusor's public address, as a reader would: the pointer, the receipts, some of the files. */

/** What is remembered of the last look, so that the next one asks only for what is new. */
export interface Memory {
  /** of the pointer's address, with the pointer that had it */
  readonly etag: string | null;
  readonly pointer: Told | null;
  /** which files were looked at last: the corte, and how many looks at it found all the same */
  readonly number: number;
  readonly pass: number;
}

export const NO_MEMORY: Memory = { etag: null, pointer: null, number: 0, pass: 0 };

export interface Glance {
  readonly seen: Seen;
  readonly memory: Memory;
  /** the nodes, by their names, that signed for the corte that was seen to be shown, and which that is */
  readonly signed: { readonly number: number; readonly nodes: readonly string[] } | null;
}

export interface LookOptions {
  /** ms since the epoch */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly bounds?: Bounds | undefined;
  /**
   * Waits for its turn before files are asked for: many sites are looked at, and the IEC's line has others to serve. Whose
   * turn does not come within the look's total looks at no file.
   */
  readonly turn?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
  /** which proxy of the IEC's an address is asked through; none, if absent */
  readonly proxyFor?: ProxyFor | undefined;
}

/**
 * Looks once. It never throws for what a site does: what is seen says it.
 * @param signers the Difusor's nodes
 * @throws Error where the IEC's own chain or record can't be read or written
 */
export async function lookAt(
  { url }: Pick<Difusor, 'url'>,
  view: ChainView,
  signers: readonly Signer[],
  before: Memory,
  { now, signal, bounds = LOOK_BOUNDS, turn = (work) => work(), proxyFor }: LookOptions,
): Promise<Glance> {
  const site = siteOf(url);
  const client = boundedClient(bounds, signal, proxyFor);
  const look = { site, view, signers, before, now, turn };
  try {
    const filesClient = () => boundedClient({ ...bounds, bytes: client.left() }, signal, proxyFor);
    return await lookThrough({ client, filesClient, ...look });
  } finally {
    client.close();
  }
}

interface Look extends FilesLook {
  readonly signers: readonly Signer[];
  readonly now: () => number;
  readonly before: Memory;
}

async function lookThrough(look: Look): Promise<Glance> {
  const { client, site, signers, before, now } = look;
  const place = await placeOf(look);
  if ('state' in place) {
    const nothing = { number: null, taken_at: null, shows: null, receipt: await newestSigned(look.view, signers) };
    return { seen: { ...place, ...nothing }, memory: { ...before, etag: null, pointer: null }, signed: null };
  }
  const { pointer, etag } = place;
  const view = await viewSince(look.view, pointer);
  const receipt = await newestSigned(view, signers);
  const ours = await oursAt(view, now());
  const held = await heldOf(view, pointer);
  const isOurs = held !== null && held.sha256 === pointer.corte && held.statement.taken_at === pointer.taken_at;
  const wasOurs = !isOurs && (await isDisownedIn(view, pointer));
  const election = held && !isOurs && !wasOurs ? await orNull(electionAt(client, site, pointer)) : null;
  const number = isOurs ? pointer.number : null;
  const signed = number === null ? null : await orNull(receiptsAt(client, site, view, signers, number));
  const newest = number !== null && signed && signed.nodes.length > 0 ? Math.max(number, receipt ?? 0) : receipt;
  const known = { pointer, isOurs, isDisowned: wasOurs, election, receipt: newest, foreign: signed?.foreign ?? null };
  const files =
    number !== null && judgePointer(known, ours) === null ? await filesAt({ ...look, view }, place.base, number, newest) : NO_FILES;
  const told = { number, taken_at: number === null ? null : pointer.taken_at, shows: pointer.shows, receipt: newest };
  return {
    seen: { ...judge({ ...known, sample: files.failure }, ours), ...told },
    memory: { etag, pointer, number: number ?? 0, pass: files.pass },
    signed: number !== null && files.isShown ? { number, nodes: signed?.nodes ?? [] } : null,
  };
}

interface Place {
  readonly pointer: Told;
  readonly etag: string | null;
  /** where the publication's `index.html` would be */
  readonly base: URL;
}

/**
 * Where the phase is shown, with its pointer. A drill is at its own address, or, on the built-in server, below the phases
 * of the official one.
 */
async function placeOf(look: Look): Promise<Place | Failure> {
  const { site, view } = look;
  const first = await pointerAt(look, site);
  if (view.phase.kind !== 'simulacro' || isOfPhase(first, view) || ('state' in first && first.state !== 'sin-apuntador'))
    return first;
  const below = await pointerAt(look, new URL(`cotejo/fases/${view.phase.name}/`, site));
  return isOfPhase(below, view) ? below : first;
}

function isOfPhase(place: Place | Failure, { phase }: ChainView): boolean {
  return 'pointer' in place && place.pointer.phase === phase.name;
}

async function pointerAt({ client, site, before }: Look, base: URL): Promise<Place | Failure> {
  const conditional = before.etag !== null && before.pointer !== null ? { 'if-none-match': before.etag } : undefined;
  try {
    const answer = await client.get(new URL('cotejo/ultimo.json', base), conditional);
    const { status, headers } = answer;
    if (status === 304 && before.pointer) {
      answer.leave();
      return { pointer: before.pointer, etag: before.etag, base };
    }
    if (status !== 200) {
      answer.leave();
      if (status === 404 || status === 410) return { state: 'sin-apuntador', detail: words.noPointer };
      return failureOfStatus(status);
    }
    const bytes = await bodyUpTo(answer.body, POINTER_BYTES);
    const pointer = bytes && parsePointer(bytes);
    if (pointer) return { pointer, etag: headers.etag ?? null, base };
    const isPage = isPageType(headers['content-type'] ?? '');
    return { state: 'bloqueado', detail: words.blocked(isPage ? words.page : words.notAPointer) };
  } catch (error) {
    if (!(error instanceof ToldError)) throw error;
    return failureOf(error, site.hostname);
  }
}

/** The folder that readers are sent to. */
function siteOf(address: string): URL {
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** A request that fails after the site has answered leaves only this unknown. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ToldError) return null;
    throw error;
  }
}

/** The newest corte of our chain for which one of these nodes signed, by what is kept of them. */
async function newestSigned(view: ChainView, signers: readonly Signer[]): Promise<number | null> {
  const newest = await Promise.all(signers.map(({ kept }) => newestKept(kept, view)));
  return Math.max(0, ...newest) || null;
}

/** The chain as it was seen before the look, or as it is now where a site has more: a corte may have been packed since. */
async function viewSince(view: ChainView, { phase, number }: Told): Promise<ChainView> {
  const isAhead = phase === view.phase.name && (number ?? 0) > view.head;
  return isAhead ? viewChain(view.chain, phase) : view;
}

async function isDisownedIn(view: ChainView, { phase, number, corte }: Told): Promise<boolean> {
  return phase === view.phase.name && number !== null && corte !== null && isDisowned(view, { number, corte });
}

/** Our corte of the number that a pointer names; null where there is none. */
async function heldOf({ chain, phase, head }: ChainView, pointer: Told): Promise<Head | null> {
  if (pointer.phase !== phase.name || pointer.number === null || pointer.number > head) return null;
  return readStatement(chain, phase.name, pointer.number);
}

/** Of which election the corte is that a site has under a number, by its own word. */
async function electionAt(client: BoundedClient, site: URL, { phase, number }: Told): Promise<string | null> {
  const url = new URL(`cotejo/chain/${cortePath(phase, number ?? 0, 'corte.json')}`, site);
  const bytes = await readSmall(client, url, LIMITS.documentBytes);
  try {
    return bytes && parseStatement(bytes).election;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
