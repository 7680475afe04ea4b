import { folderAddress } from './address.ts';
import { type Pin, parseCode } from './anchor.ts';
import { byId } from './dom.ts';
import type { CheckPlan } from './findings.ts';
import { SAMPLINGS } from './site-files.ts';
import type { PageWords } from './words-es.ts';

/** What the reader gives: the fields of the form, and what of them can't be taken as it is. */

export const site = byId('site', HTMLInputElement);
export const chain = byId('chain', HTMLInputElement);
export const recibosAt = byId('recibos-at', HTMLInputElement);
const code = byId('code', HTMLTextAreaElement);
const files = byId('files', HTMLInputElement);
export const sampling = byId('sampling', HTMLSelectElement);

/** @returns null where something must be put right first; the first such field has the focus then */
export async function readForm(words: PageWords): Promise<CheckPlan | null> {
  const siteAt = folderAddress(site.value);
  const chainAt = chain.value.trim() === '' ? siteAt && new URL('cotejo/chain/', siteAt) : folderAddress(chain.value);
  const pin = await readPin(words);
  const isMixed = (url: URL | null) => location.protocol === 'https:' && url?.protocol === 'http:' && !isLoopback(url);
  const noAddress = site.value.trim() === '' && chain.value.trim() === '';
  const problems: ReadonlyArray<[HTMLInputElement | HTMLTextAreaElement, string | null]> = [
    [
      site,
      noAddress ? words.noAddress : site.value.trim() !== '' && !siteAt ? words.badSite : isMixed(siteAt) ? words.mixed : null,
    ],
    [code, typeof pin === 'string' && pin !== words.badFiles ? pin : null],
    [recibosAt, recibosAt.value.trim() !== '' && !folderAddress(recibosAt.value) ? words.badSite : null],
    [chain, chain.value.trim() !== '' && !chainAt ? words.badSite : isMixed(chainAt) ? words.mixed : null],
    [files, pin === words.badFiles ? pin : null],
  ];
  for (const [field, problem] of problems) complain(field, problem);
  const [first] = problems.find(([, problem]) => problem !== null) ?? [];
  if (first) {
    if (first === chain || first === recibosAt || first === files) byId('more', HTMLDetailsElement).open = true;
    first.focus();
    return null;
  }
  if (!chainAt || typeof pin === 'string') return null;
  const asked = SAMPLINGS.find((known) => known === sampling.value) ?? 'sample';
  return { chain: chainAt, site: siteAt, pin, sampling: siteAt ? asked : 'none' };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** What the reader brought to compare with, or the words for what is wrong with it. */
async function readPin(words: PageWords): Promise<Pin | string> {
  const typed = code.value.trim();
  if (typed !== '') {
    const sha256 = parseCode(typed);
    if (sha256) return { kind: 'code', sha256 };
    return /^SHA256:|^ssh-/.test(typed) ? words.keyCode : words.badCode;
  }
  const chosen = [...(files.files ?? [])];
  if (chosen.length === 0) return { kind: 'none' };
  const documents = chosen.filter(({ name }) => name.endsWith('.json'));
  const signatures = chosen.filter(({ name }) => name.endsWith('.sig'));
  const [document] = documents;
  if (!document || documents.length > 1 || documents.length + signatures.length !== chosen.length) return words.badFiles;
  if (chosen.length > MOST_FILES || chosen.some(({ size }) => size > MOST_BYTES)) return words.badFiles;
  const [bytes, ...rest] = await Promise.all(
    [document, ...signatures].map(async (file) => new Uint8Array(await file.arrayBuffer())),
  );
  return { kind: 'document', bytes: bytes!, signatures: rest };
}

/** A trust document and its signatures are far smaller and fewer. */
const MOST_BYTES = 1_000_000;
const MOST_FILES = 100;

function complain(field: HTMLElement, problem: string | null): void {
  const error = byId(`${field.id}-error`);
  error.textContent = problem ?? '';
  error.hidden = problem === null;
  if (problem === null) field.removeAttribute('aria-invalid');
  else field.setAttribute('aria-invalid', 'true');
}

/** Where published receipts are, if the reader says so; else the corte does. */
export function recibosPlace(): URL | null {
  return recibosAt.value.trim() === '' ? null : folderAddress(recibosAt.value);
}

/** Takes back what was said of the fields: it was in another language, perhaps. */
export function forgive(): void {
  for (const field of [site, code, chain, recibosAt, files]) complain(field, null);
}
