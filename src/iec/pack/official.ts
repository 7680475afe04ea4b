import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../config/usage-error.ts';
import { NotAFile, readBounded } from '../../disk/bounded-file.ts';
import { AUTHORIZATIONS, parseAuthorization } from '../../format/autorizacion.ts';
import { encodeDocument } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { logoEnding } from '../../format/logo.ts';
import { logoPath, OFICIAL, PADRON_FILE, type Padron, parsePadron } from '../../format/padron.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { padronOf, type Roster } from '../setup/padron.ts';
import type { Part, SourceFile } from './source.ts';
import { words } from './words.ts';

/**
 * What the IEC says officially beside the results: the folder `oficial/` of a publication. It is content of the corte,
 * so it is signed, chained and revoked with it.
 */
export interface Official {
  /** the IEC's own documents; null where it has none */
  readonly folder: string | null;
  /** of whom the padrón is made; null where none is made */
  readonly roster: Roster | null;
}

/** A logo that is not in the padrón, and why. The corte is made without it: no picture may hold up the results. */
export interface LogoLeftOut {
  readonly difusor: string;
  readonly detail: Said;
}

export interface LaidOut {
  readonly parts: readonly Part[];
  readonly logosLeftOut: readonly LogoLeftOut[];
}

/**
 * Makes what is made of the configuration, in a folder of its own.
 * @param aside a private folder, which need not be there yet
 * @throws UsageError where the folder of documents is none; Refusal `too-large` for a padrón that no reader would take;
 *   Error where something can't be read or written
 */
export async function layOutOfficial({ folder, roster }: Official, election: string, aside: string): Promise<LaidOut> {
  const parts: Part[] = [];
  if (folder !== null) {
    const root = await fs.realpath(folder);
    if (!(await fs.stat(root)).isDirectory()) throw new UsageError(words.noFolder(folder));
    if (roster !== null && (await isThere(join(root, basename(PADRON_FILE))))) {
      throw new UsageError(words.ownPadron(folder, basename(PADRON_FILE)), words.padronIsMade);
    }
    parts.push({ root, at: OFICIAL });
  }
  if (roster === null) return { parts, logosLeftOut: [] };
  const put = async (path: string, bytes: Uint8Array) => {
    await fs.mkdir(dirname(join(aside, path)), { recursive: true });
    await fs.writeFile(join(aside, path), bytes);
  };
  const logosLeftOut: LogoLeftOut[] = [];
  const logos = new Map<string, string>();
  for (const { name, logo } of roster.difusores) {
    if (logo === null) continue;
    try {
      const bytes = await readBounded(logo, LIMITS.logoBytes);
      const path = logoPath(name, logoEnding(bytes));
      await put(path, bytes);
      logos.set(name, path);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof NotAFile || isUnreadable(error))) throw error;
      logosLeftOut.push({ difusor: name, detail: saidBy(error) });
    }
  }
  const padron = encodeDocument(padronOf(roster, election, logos));
  parsePadron(padron); // every reader will
  await put(PADRON_FILE, padron);
  parts.push({ root: join(aside, OFICIAL), at: OFICIAL });
  return { parts, logosLeftOut };
}

async function isThere(path: string): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => false,
  );
}

/** Only of the logo's own file: a full disk of ours is no fault of a logo. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'].includes(String(error.code));
}

/**
 * Reads the official documents of a publication as every reader will, before they are signed.
 * @throws Refusal with the code of what is wrong: `too-large`, `path-forbidden`, `statement-malformed`, `wrong-election`
 */
export async function inspectOfficial(files: readonly SourceFile[], election: string): Promise<void> {
  const official = files.filter(({ path }) => path.startsWith(`${OFICIAL}/`));
  if (official.length > LIMITS.officialFiles) throw new Refusal('too-large', words.officialFiles(LIMITS.officialFiles, OFICIAL));
  const bytes = official.reduce((sum, { size }) => sum + size, 0);
  if (bytes > LIMITS.officialBytes) throw new Refusal('too-large', words.officialBytes(LIMITS.officialBytes, OFICIAL));
  const padron = official.find(({ path }) => path === PADRON_FILE);
  if (padron) await inspectPadron(padron, official, election);
  for (const file of official.filter(({ path }) => path.startsWith(`${AUTHORIZATIONS}/`) && path.endsWith('.json'))) {
    const authorized = await about(file.path, async () =>
      parseAuthorization(await readBounded(file.file, LIMITS.documentBytes), file.path),
    );
    if (authorized.election !== election) throw new Refusal('wrong-election', words.ofElection(file.path, authorized.election));
  }
}

async function inspectPadron(file: SourceFile, official: readonly SourceFile[], election: string): Promise<void> {
  const padron: Padron = await about(PADRON_FILE, async () => parsePadron(await readBounded(file.file, LIMITS.documentBytes)));
  if (padron.election !== election) throw new Refusal('wrong-election', words.ofElection(PADRON_FILE, padron.election));
  for (const { logo } of padron.difusores) {
    if (logo === null) continue;
    const there = official.find(({ path }) => path === logo);
    if (!there) throw new Refusal('statement-malformed', words.logoMissing(PADRON_FILE, logo));
    await about(logo, async () => {
      const ending = logoEnding(await readBounded(there.file, LIMITS.logoBytes));
      if (!logo.endsWith(`.${ending}`)) throw new Refusal('statement-malformed', words.logoIs(ending));
    });
  }
}

/** Says of which file a refusal is. */
async function about<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, words.inFile(path, error.said), { cause: error });
  }
}
