import { AUTHORIZATIONS, type Autorizacion, isAuthorizedFor, parseAuthorization } from '../format/autorizacion.ts';
import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import type { Manifest } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import { type Said, ToldError } from '../format/said.ts';
import { parseTemplateSums, TEMPLATE_SUMS, TEMPLATE_SUMS_BYTES } from '../format/template.ts';
import { saidBy } from '../format/thrown.ts';
import type { Corte } from '../verdict/history.ts';
import { absenceOf, NO_SUCH_FILE } from './check/absence.ts';
import type { ChainReads } from './check/chain-reads.ts';
import type { Finding } from './check/finding.ts';
import { folderOf } from './check/folder-page.ts';
import { addressIn, frontOf, type LiveAudit, readManifest } from './check/live-check.ts';
import { answerTo, lookAtFile } from './file-look.ts';
import { auditLive, type LiveOptions } from './live.ts';
import { hashHere } from './packages.ts';
import { type Client, RedirectElsewhere, Transient } from './source/http-get.ts';
import { words } from './words.ts';

/**
 * A Difusor's presentation at a site: is its template, to the byte, one that the newest corte authorises, and are the
 * data that it reads the corte's? Two equalities of files, and nothing of what its scripts do.
 */
export interface PresentationAudit {
  readonly name: string;
  /**
   * `same`: authorised, and nothing differs. `altered`: authorised, and its files or data differ. `not-authorised`: it is
   * shown, and no document of the newest corte allows these files. `not-shown`: nothing of it is there.
   */
  readonly verdict: 'same' | 'altered' | 'not-authorised' | 'not-shown' | 'failed';
  /** what authorises it; null where nothing does */
  readonly authorisation: Pick<Autorizacion, 'difusor' | 'title' | 'first' | 'last'> | null;
  /** of its files: how many its list has, and which differ */
  readonly files: number;
  readonly altered: readonly string[];
  readonly missing: readonly string[];
  /** Files that could not be requested, which says nothing about the site. */
  readonly failed: ReadonlyArray<{ readonly path: string; readonly why: Said }>;
  /** of the corte's files where the template reads them; null where that was not looked at */
  readonly data: LiveAudit | null;
}

/**
 * @param site where the publication's `index.html` is
 * @param cortes of the phase, each checked; the last one decides
 * @param options `again` reads the cortes of the phase anew
 * @throws Refusal of a manifest; Error where the chain can't be read
 */
export async function auditPresentation(
  client: Client,
  site: URL,
  name: string,
  cortes: readonly Corte[],
  source: Pick<ChainReads, 'read'>,
  options: LiveOptions & { readonly again: () => Promise<readonly Corte[]> },
): Promise<PresentationAudit> {
  const look = (of: readonly Corte[]) => lookAt(client, site, name, of, source, options);
  const found = await look(cortes);
  if (found.verdict !== 'altered' && found.verdict !== 'not-authorised') return found;
  // A corte that was published meanwhile may authorise another one, and has other data: then it is looked at once more. A
  // chain that can't be had any more, or that is another one, takes back nothing of what was found.
  const now = await options.again().catch(() => []);
  const goesOn = now.length > cortes.length && now[cortes.length - 1]?.sha256 === cortes.at(-1)?.sha256;
  return goesOn ? look(now) : found;
}

async function lookAt(
  client: Client,
  site: URL,
  name: string,
  cortes: readonly Corte[],
  source: Pick<ChainReads, 'read'>,
  options: LiveOptions,
): Promise<PresentationAudit> {
  const head = cortes.at(-1);
  if (!head) throw new ToldError(words.noCorte);
  const manifest = await readManifest(source, head, hashHere);
  const at = addressIn(site, `cotejo/presentacion/${name}`);
  const none = { name, authorisation: null, files: 0, altered: [], missing: [], failed: [], data: null };
  try {
    const sums = await get(client, addressIn(at, TEMPLATE_SUMS), TEMPLATE_SUMS_BYTES);
    const listed = sums && asTemplate(sums);
    const allowed = await authorizations(client, site, name, head, manifest);
    const authorisation = allowed.find(({ template }) => sums !== null && template.sha256 === hashOf(sums)) ?? null;
    if (listed === null || authorisation === null) {
      const verdict = await withoutList(client, at, manifest, allowed, listed !== null);
      return { ...none, verdict };
    }
    const { altered, missing, failed } = await compareFiles(client, site, at, listed);
    // A file in whose place the notice is says nothing; what else is there has to be the corte's.
    const data = await auditLive(client, addressIn(at, 'corte'), cortes, source, { ...options, alone: true });
    const isData = data.same + data.failed.length === data.files;
    const isWrong = altered.length + missing.length > 0 || !isData;
    const isSure = failed.length + data.failed.length === 0;
    const verdict = isWrong ? 'altered' : isSure ? 'same' : 'failed';
    const { difusor, title, first, last } = authorisation;
    return { name, verdict, authorisation: { difusor, title, first, last }, files: listed.length, altered, missing, failed, data };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return { ...none, verdict: 'failed', failed: [{ path: at.href, why: saidBy(error) }] };
  }
}

/** What stands at a presentation's address where its list is none that is authorised. */
async function withoutList(
  client: Client,
  at: URL,
  manifest: Manifest,
  allowed: readonly Autorizacion[],
  hasList: boolean,
): Promise<'altered' | 'not-authorised' | 'not-shown'> {
  const shown = allowed.length > 0 ? 'altered' : 'not-authorised';
  if (hasList) return shown;
  const page = await get(client, new URL(`${at.href}/`), LIMITS.templateBytes);
  // One that is not authorised leads to the publication.
  const front = manifest.find(({ path }) => path === 'index.html')?.sha256;
  return page === null || hashOf(page) === front ? 'not-shown' : shown;
}

/** The documents of the newest corte by which a presentation of this name may be shown, of whatever Difusor. */
async function authorizations(
  client: Client,
  site: URL,
  name: string,
  { statement }: Corte,
  manifest: Manifest,
): Promise<Autorizacion[]> {
  const allowed: Autorizacion[] = [];
  const entries = manifest.filter(({ path }) => path.startsWith(`${AUTHORIZATIONS}/`) && path.endsWith(`-${name}.json`));
  for (const { path, sha256 } of entries.slice(0, LIMITS.difusores)) {
    const bytes = await get(client, addressIn(site, path), LIMITS.documentBytes);
    if (bytes === null || hashOf(bytes) !== sha256) throw new ToldError(words.notAsListed(path));
    const document = parsed(bytes, path);
    if (document?.name === name && isAuthorizedFor(document, statement)) allowed.push(document);
  }
  return allowed;
}

/** What is malformed authorises nothing. */
function parsed(bytes: Uint8Array, path: string): Autorizacion | null {
  try {
    return parseAuthorization(bytes, path);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function asTemplate(sums: Uint8Array): Manifest | null {
  try {
    return parseTemplateSums(sums);
  } catch (error) {
    if (error instanceof Refusal) return null; // a page, as a redirect leads to, is no list
    throw error;
  }
}

async function compareFiles(client: Client, site: URL, at: URL, listed: Manifest) {
  const altered: string[] = [];
  const missing: string[] = [];
  const failed: { path: string; why: Said }[] = [];
  const absence = absenceOf(() => answerTo(client, addressIn(site, NO_SUCH_FILE)));
  const front = frontOf(listed)?.sha256 ?? null;
  const visit = { client, site: at, most: LIMITS.templateBytes, front, absence };
  for (const entry of listed) {
    const { path } = entry;
    const { finding, folder = null } = await lookAtFile(visit, entry, () => Promise.resolve());
    const atFolder = folderOf(path) ?? path;
    if (finding.kind === 'other') altered.push(path);
    else if (folder?.kind === 'other' || folder?.kind === 'redirected') altered.push(atFolder);
    else if (['missing', 'redirected', 'blocked'].includes(finding.kind)) missing.push(path);
    else if (finding.kind !== 'same') failed.push({ path, why: whyOf(finding) });
    else if (folder) failed.push({ path: atFolder, why: whyOf(folder) });
  }
  return { altered, missing, failed };
}

function whyOf(finding: Finding): Said {
  return finding.kind === 'failed' ? finding.why : words.answers(503);
}

/**
 * @returns null where the answer is not 200; of a longer answer so many bytes and some more, which have another hash
 * @throws Error where there is no answer
 */
async function get(client: Client, url: URL, most: number): Promise<Buffer | null> {
  try {
    return await client.patiently(async () => {
      const answer = await client.get(url);
      const { status } = answer;
      if (status !== 200) {
        answer.leave();
        if (status === 429 || status >= 500) throw new Transient(words.status(url.href, status));
        return null;
      }
      const parts: Buffer[] = [];
      let length = 0;
      for await (const chunk of answer.body) {
        parts.push(Buffer.from(chunk));
        length += chunk.length;
        if (length > most) break;
      }
      return Buffer.concat(parts);
    });
  } catch (error) {
    if (error instanceof RedirectElsewhere) return null;
    throw error;
  }
}
