import { dirname, join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { LIMITS } from '../../format/limits.ts';
import { ToldError } from '../../format/said.ts';
import { certificatesFile } from '../../format/sello.ts';
import { saidBy } from '../../format/thrown.ts';
import { isOlder, type RevocationList, saysAllOf } from '../../sello/revocation.ts';
import type { Tokens } from '../../sello/tokens.ts';
import type { SellarConfig } from '../setup/sellar.ts';
import { listPlace, publishedCertificates } from './places.ts';
import { words } from './words.ts';

export interface Certificates {
  /** what the administrator put there: by these an answer is taken */
  readonly own: string;
  /** those and the ones before them, as published: by these an earlier token is good */
  readonly all: string;
}

/** Of which authorities there are certificates. */
export interface Published {
  /** the files of each authority that has certificates, by its name */
  readonly files: ReadonlyMap<string, Certificates>;
  /** what keeps an authority's from being read or published, by its name: the others do not wait for it */
  readonly failed: ReadonlyMap<string, ToldError>;
}

/**
 * Puts each authority's certificates beside the tokens, for whoever checks them years later: the authority may be gone by
 * then. Those by which an earlier token was taken are not lost: what is published is only ever added to. Of revocation lists
 * those go that say nothing which another one does not say: a later list may leave out a certificate that has ended
 * (RFC 5280, 3.3), and what it was revoked for still counts.
 */
export async function publishCertificates(sellar: SellarConfig, tokens: Tokens): Promise<Published> {
  const files = new Map<string, Certificates>();
  const failed = new Map<string, ToldError>();
  for (const { name } of sellar.autoridad) {
    try {
      const found = await publishOne(sellar, tokens, name);
      if (found) files.set(name, found);
    } catch (error) {
      failed.set(name, new ToldError(words.uncertified(ownCertificates(sellar, name), saidBy(error)), { cause: error }));
    }
  }
  return { files, failed };
}

/** @returns null where the authority has no certificates @throws Error where something can't be read or written */
async function publishOne(sellar: SellarConfig, tokens: Tokens, name: string): Promise<Certificates | null> {
  const own = ownCertificates(sellar, name);
  const given = await readIfThere(own, LIMITS.autoridadBytes);
  if (given === null) return null;
  const place = publishedCertificates(sellar.folder, name);
  const before = await textIn(place);
  const text = await added(tokens, before, given.toString('latin1') + (await textIn(listPlace(sellar.folder, name))));
  if (text !== before && text.length <= LIMITS.autoridadBytes) {
    makeFolderFor(dirname(place));
    await writeDurably(place, Buffer.from(text, 'latin1'));
  }
  return { own, all: place };
}

/**
 * Keeps a revocation list that was checked; the next pass publishes it. One that is older than the kept one is not taken:
 * whoever is in between, a cache too, may answer with a list from before a revocation.
 * @param pem the list
 * @throws ToldError where it is older, or there is no room to publish it; Error where it can't be read or written
 */
export async function keepList(sellar: SellarConfig, authority: string, pem: string, tokens: Tokens): Promise<void> {
  const place = listPlace(sellar.folder, authority);
  const own = await textIn(ownCertificates(sellar, authority));
  const [kept] = blocksIn(await textIn(place));
  const [list, last] = [await tokens.listOf(pem, own), kept === undefined ? null : await tokens.listOf(kept, own)];
  if (list && last && isOlder(list, last)) throw new ToldError(words.olderList(place));
  const published = await added(tokens, await textIn(publishedCertificates(sellar.folder, authority)), own + pem);
  if (published.length > LIMITS.autoridadBytes) throw new ToldError(words.noRoom);
  makeFolderFor(dirname(place));
  await writeDurably(place, pem);
}

function ownCertificates({ autoridades }: SellarConfig, authority: string): string {
  return join(autoridades, certificatesFile(authority));
}

async function textIn(file: string): Promise<string> {
  return (await readIfThere(file, LIMITS.autoridadBytes))?.toString('latin1') ?? '';
}

/** @param before what is published @param now what is to be @returns what is to be published */
async function added(tokens: Tokens, before: string, now: string): Promise<string> {
  const [earlier, present] = [new Set(blocksIn(before)), new Set(blocksIn(now))];
  const isSame = [...present].every((block) => earlier.has(block)) && [...earlier].every((one) => !isList(one) || present.has(one));
  if (isSame) return before;
  const all = [...new Set([...earlier, ...present])];
  const certificates = all.filter((block) => !isList(block)).join('');
  const known: { readonly block: string; readonly list: RevocationList }[] = [];
  const lists: string[] = [];
  for (const block of all.filter(isList)) {
    const list = await tokens.listOf(block, certificates);
    if (list) known.push({ block, list });
    else if (present.has(block)) lists.push(block); // whoever put it there is told by the tokens that it is of no use
  }
  // The newest first, and of two of one second the longer one.
  known.sort((a, b) => (b.list.updated ?? 0) - (a.list.updated ?? 0) || b.list.entries.size - a.list.entries.size);
  const staying: typeof known = [];
  for (const one of known) if (!staying.some(({ list }) => saysAllOf(list, one.list))) staying.push(one);
  return certificates + [...lists, ...staying.map(({ block }) => block)].join('');
}

function isList(block: string): boolean {
  return block.startsWith('-----BEGIN X509 CRL');
}

/** Certificates and revocation lists, each with an end of line. */
function blocksIn(pem: string): string[] {
  const blocks = pem.matchAll(/-----BEGIN (CERTIFICATE|X509 CRL)-----\r?\n[A-Za-z0-9+/=\r\n]+-----END \1-----/g);
  return [...blocks].map(([block]) => `${block.replaceAll('\r', '')}\n`);
}
