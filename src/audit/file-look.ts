import { createHash } from 'node:crypto';
import type { Hash } from '../format/hash.ts';
import type { Entry } from '../format/manifest.ts';
import { saidBy } from '../format/thrown.ts';
import { type Absence, isAbsent } from './check/absence.ts';
import { isPageInstead } from './check/chain-index.ts';
import type { Finding, FoundFile } from './check/finding.ts';
import { addedBy, folderOf, pageForAnyName } from './check/folder-page.ts';
import { addressIn } from './check/live-check.ts';
import { isGzipFile, isPageType, isStandIn, isStrayPage, isXmlType } from './check/web-answers.ts';
import { type Client, type Form, RedirectElsewhere, Transient } from './source/http-get.ts';
import { NotPacked } from './source/unpacked.ts';
import { words } from './words.ts';

/**
 * What is at the address of one file of a site. It is asked for as a browser does, which takes compressed answers, and what comes so is
 * unpacked; only then it is asked for once more as it is. So both forms of every file are compared, and a site that does
 * not compress is asked no more often.
 */

/** A site that is looked at. */
export interface Visit {
  readonly client: Client;
  readonly site: URL;
  /** bytes that the whole publication has: no file of it is larger, and no more of an answer is read */
  readonly most: number;
  /** of the `index.html` that the site should show, null where there is none */
  readonly front: Hash | null;
  readonly absence: () => Promise<Absence>;
}

/** A file, and where it is asked for. */
interface Asked {
  readonly entry: Entry;
  /** its own path, or its folder's (`check/folder-page.ts`) */
  readonly at: string;
  /** what was found at the file's own address, where this is its folder's */
  readonly own?: Finding;
}

/** What was found of one file, by each of its addresses and in each of its forms. */
export interface Looked extends FoundFile {
  readonly cameCompressed: boolean;
  /** the addresses at which the compressed form alone is wrong */
  readonly wrongCompressed: readonly string[];
}

/** What was found at one address, and in which form. */
interface Seen {
  readonly finding: Finding;
  readonly cameCompressed?: boolean;
  /** whether the finding is of the compressed form, while the other one is right */
  readonly isCompressedAlone?: boolean;
}

/**
 * A file as readers meet it: by its own address, and by its folder's where that shows it.
 * @param slot lets one request through at its time; it was asked once for the first
 */
export async function lookAtFile(visit: Visit, entry: Entry, slot: () => Promise<void>): Promise<Looked> {
  const own = await lookBoth(visit, { entry, at: entry.path }, slot);
  const seen = { entry, finding: own.finding, cameCompressed: own.cameCompressed ?? false };
  const wrongCompressed = own.isCompressedAlone ? [entry.path] : [];
  const at = folderOf(entry.path);
  if (at === null) return { ...seen, wrongCompressed };
  await slot();
  const there = await lookBoth(visit, { entry, at, own: own.finding }, slot);
  const folder = addedBy(there.finding, own.finding);
  return { ...seen, folder, wrongCompressed: folder && there.isCompressedAlone ? [...wrongCompressed, at] : wrongCompressed };
}

/** @param slot as {@link lookAtFile} has it */
async function lookBoth(visit: Visit, asked: Asked, slot: () => Promise<void>): Promise<Seen> {
  // Of a file that is compressed by itself many hosts say so, whatever they are asked for.
  if (isGzipFile(asked.entry.path)) return { finding: await look(visit, asked, 'identity') };
  const forms = { cameCompressed: false };
  const asPacked = await look(visit, asked, 'compressed', forms);
  if (!forms.cameCompressed) return { finding: asPacked };
  await slot();
  const asIs = await look(visit, asked, 'identity');
  // A site that compresses whatever it is asked for shows browsers what is in there.
  if (asIs.kind === 'failed' && asPacked.kind !== 'same') return { ...forms, finding: asPacked };
  if (asIs.kind !== 'same') return { ...forms, finding: asIs };
  return { ...forms, finding: asPacked, isCompressedAlone: asPacked.kind !== 'same' && asPacked.kind !== 'failed' };
}

/** @param forms is told whether it came compressed */
async function look(
  visit: Visit,
  asked: Asked,
  form: Form,
  forms: { cameCompressed: boolean } = { cameCompressed: false },
): Promise<Finding> {
  try {
    return await visit.client.patiently(() => lookOnce(visit, asked, form, forms));
  } catch (error) {
    if (error instanceof RedirectElsewhere) return { kind: 'redirected', location: error.location };
    return { kind: 'failed', why: saidBy(error) };
  }
}

async function lookOnce(
  { client, site, most, front, absence }: Visit,
  { entry, at, own }: Asked,
  form: Form,
  forms: { cameCompressed: boolean },
): Promise<Finding> {
  const url = addressIn(site, at);
  const answer = await client.get(url, {}, form);
  const { status, headers } = answer;
  if (status !== 200) {
    answer.leave();
    if (isStandIn(status, (name) => headers[name]?.toString())) return { kind: 'stand-in' };
    if (await isAbsent(status, absence)) return { kind: 'missing' };
    if (status === 429 || status >= 500) throw new Transient(words.status(url.href, status));
    // With a status below 400 a reader sees no sign that the page at a folder's address is not the folder's.
    return { kind: own && status < 400 ? 'failed' : 'blocked', why: words.answers(status) };
  }
  forms.cameCompressed = answer.isPacked;
  const hash = createHash('sha256');
  let bytes = 0;
  let isWhole = true;
  let begins: Uint8Array | null = null;
  try {
    for await (const chunk of answer.body) {
      begins ??= chunk;
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes > most) break;
    }
  } catch (error) {
    if (!(error instanceof NotPacked)) throw error;
    isWhole = false; // what came of it is other bytes than the corte's, whatever they are
  }
  const sha256 = hash.digest('hex');
  if (isWhole && sha256 === entry.sha256) return { kind: 'same' };
  // What a host shows for any name that it does not have says of this one that it is not there.
  // What stands before a site gives its page the type that the file would have, as nginx does: then it is known by its beginning.
  const isPage = begins !== null && isPageInstead(begins, true);
  const type = isPage ? 'text/html' : (headers['content-type'] ?? '');
  const isStray = isStrayPage(type, entry.path);
  if (own && isXmlType(type)) return { kind: 'failed', why: words.listInPlace };
  const nothing = isPageType(type) ? await absence() : null;
  if (nothing?.isPage && (isStray || nothing.sha256 === sha256)) {
    return own ? pageForAnyName(at, own, sha256, front, words.pageForAnyName) : { kind: 'missing' };
  }
  return isStray ? { kind: 'blocked', why: words.pageInPlace } : { kind: 'other', sha256 };
}

/** How the site answers for a name that nobody has. */
export async function answerTo(client: Client, url: URL): Promise<Absence> {
  const answer = await client.get(url);
  const { status, headers, body } = answer;
  const isPage = status === 200 && isPageType(headers['content-type'] ?? '');
  if (!isPage) {
    answer.leave();
    return { status, isPage, sha256: null };
  }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes > MOST_OF_A_PAGE) break;
  }
  return { status, isPage, sha256: hash.digest('hex') };
}

/** bytes */
const MOST_OF_A_PAGE = 4 * 1024 * 1024;
