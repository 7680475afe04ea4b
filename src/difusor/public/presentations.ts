import { promises as fs, lstatSync, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import { replaceLink, syncFileSystem } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { removeWhole } from '../../disk/remove.ts';
import { AUTHORIZATIONS, type Autorizacion, isAuthorizedFor, parseAuthorization } from '../../format/autorizacion.ts';
import { type Hash, isHash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Entry } from '../../format/manifest.ts';
import { parseSixDigits, sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { Interrupted } from '../../service/steps.ts';
import type { Setting } from '../state/setting.ts';
import { copyInstalled, type InstalledTemplate, inspectCopy, installedTemplates } from '../state/templates.ts';
import { words } from '../words.ts';
import { readOfficial } from './official.ts';

/**
 * The presentations of one phase that are public beside its newest corte: those that this corte authorises for this
 * Difusor, of which the template is installed, and whose public copy was read and found right.
 *
 * For each corte there is a folder of links, `<phase>/<number>/<name>`, to copies that are named by their hash. Web
 * servers find it by the number of the corte that the public link shows, so the one rename that switches the corte
 * switches its presentations too, and where that link shows the notice there is none.
 *
 * Nothing here may hold up or endanger a corte: what fails is told, and then there is no presentation.
 */
export interface Presentations {
  /**
   * Makes the links for a corte that is about to be shown, as far as what it needs is known to be right. It reads a few
   * small documents and no template. Never throws.
   */
  link(corte: KnownCorte): Promise<void>;
  /**
   * Brings what is public to what the newest corte authorises: makes and checks copies, makes and removes links. With
   * the state's lock held, after the cortes of all phases are public. What could not be made is tried again a minute
   * later, or once its template was installed again: copies cost hashing, writing and a sync, and the lock is held.
   * @param kept the numbers of the cortes whose trees are kept
   * @throws Interrupted where the daemon is to stop; nothing else
   */
  settle(corte: KnownCorte, kept: () => readonly number[]): Promise<void>;
  /**
   * Reads the public copy that was read the longest ago; what is altered is put right from the installed template or, if
   * that is damaged too, not shown any more.
   * @param everyMs a copy that was read later than so long ago is not read again yet
   * @param locked runs a change with the state's lock held
   * @throws Interrupted
   */
  patrol(corte: KnownCorte, everyMs: number, locked: (work: () => Promise<void>) => Promise<void>): Promise<void>;
  /** What a corte authorises for this Difusor; a document that can't be read or used is told and left out. */
  authorizedBy(corte: KnownCorte): Promise<readonly Autorizacion[]>;
  /** The presentations that are public with a corte, by name. */
  shownWith(number: number): Promise<ReadonlyMap<string, Hash>>;
}

export interface PresentationPlan {
  readonly rooms: {
    readonly templates: string;
    readonly presentations: string;
    readonly staging: string;
    readonly evidence: string;
  };
  readonly phase: string;
  readonly difusor: string;
  /** where the content of a hash is */
  readonly contentPath: (sha256: Hash) => string;
  readonly setting: Setting;
}

/** Of so many documents those of this Difusor are looked for. */
const MOST_DOCUMENTS = 64;
/** What failed is tried again so much later, ms. */
const RETRY_MS = 60_000;

/** What is known of the authorisations of one corte, by their paths; null for one that can't be used. */
interface Known {
  readonly corte: Hash;
  readonly documents: Map<string, Autorizacion | null>;
}

/** What failed, when, and what it was made from: by the inode, which another installation changes. */
interface Failure {
  readonly at: number;
  readonly from: string;
}

export function openPresentations({ rooms, phase, difusor, contentPath, setting }: PresentationPlan): Presentations {
  /** public copies that this process has read whole and found right, each with the hour at which it last did, ms */
  const sound = new Map<Hash, number>();
  /** troubles that were told and last on, in English */
  const told = new Map<string, string>();
  /** the names that were told as public */
  let announced: ReadonlySet<string> = new Set();
  let known: Known | null = null;
  /** copies that could not be made */
  const failed = new Map<Hash, Failure>();
  /** when a whole settling failed; null where the last one did not */
  let failedAt: { readonly corte: Hash; readonly at: number } | null = null;
  const ofPhase = join(rooms.presentations, phase);
  const folderOf = (number: number) => join(ofPhase, sixDigits(number));
  const copyOf = (sha256: Hash) => join(rooms.presentations, sha256);
  const step = () => setting.step('patrol');

  /** @returns what the work gave, or null where it failed; a failure is told once while it lasts */
  async function tried<T>(what: Said, work: () => Promise<T>): Promise<T | null> {
    try {
      const result = await work();
      told.delete(what.en);
      return result;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const detail = saidBy(error);
      if (told.get(what.en) !== detail.en) setting.tell({ event: 'error', what, detail });
      told.set(what.en, detail.en);
      return null;
    }
  }

  async function authorizedBy(corte: KnownCorte): Promise<readonly Autorizacion[]> {
    return (await readAuthorized(corte)).authorized;
  }

  /** @returns what is authorised, and whether every document could be read; one that could not is read again next time */
  async function readAuthorized(corte: KnownCorte): Promise<{ authorized: readonly Autorizacion[]; isWhole: boolean }> {
    const { sha256, statement, manifest } = corte;
    if (known?.corte !== sha256) known = { corte: sha256, documents: new Map() };
    const { documents } = known;
    const mine = manifest.filter(({ path }) => path.startsWith(`${AUTHORIZATIONS}/${difusor}-`) && path.endsWith('.json'));
    const authorized: Autorizacion[] = [];
    let isWhole = true;
    for (const entry of mine.slice(0, MOST_DOCUMENTS)) {
      if (!documents.has(entry.path)) {
        const what = words.documentOf(entry.path, statement.number, phase);
        const read = await tried(what, () => readOne(entry, what));
        if (read !== null) documents.set(entry.path, read.document);
        else isWhole = false;
      }
      const document = documents.get(entry.path);
      if (!document || document.difusor !== difusor) continue;
      if (document.election !== statement.election || document.phase !== phase) continue;
      if (isAuthorizedFor(document, statement.number)) authorized.push(document);
    }
    return { authorized: authorized.slice(0, LIMITS.presentations), isWhole };
  }

  /**
   * Reads a document; one that no reader would take is told here, and stays so for as long as the corte is the newest.
   * @throws Error where it can't be read now
   */
  async function readOne(entry: Entry, what: Said): Promise<{ document: Autorizacion | null }> {
    try {
      return { document: parseAuthorization(await readOfficial(entry, contentPath), entry.path) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setting.tell({ event: 'error', what, detail: saidBy(error) });
      return { document: null };
    }
  }

  /** Those that are authorised and installed. */
  async function wantedWith(corte: KnownCorte): Promise<InstalledTemplate[]> {
    return installedOf(await authorizedBy(corte));
  }

  async function installedOf(authorized: readonly Autorizacion[]): Promise<InstalledTemplate[]> {
    if (authorized.length === 0) return [];
    const there = new Set((await installedTemplates(rooms.templates)).map(({ name, sha256 }) => `${name} ${sha256}`));
    return authorized
      .map(({ name, template }) => ({ name, sha256: template.sha256 }))
      .filter(({ name, sha256 }) => there.has(`${name} ${sha256}`));
  }

  async function shownWith(number: number): Promise<Map<string, Hash>> {
    const shown = new Map<string, Hash>();
    for (const name of await namesIn(folderOf(number))) shown.set(name, targetOf(join(folderOf(number), name)) ?? '');
    return shown;
  }

  /** Makes the links of a corte be exactly these. */
  async function setLinks(number: number, wanted: readonly InstalledTemplate[]): Promise<void> {
    const before = await shownWith(number);
    if (before.size === 0 && wanted.length === 0) return;
    const folder = folderOf(number);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    for (const [name] of before) {
      if (!wanted.some((one) => one.name === name)) await removeWhole(join(folder, name));
    }
    for (const { name, sha256 } of wanted) {
      if (before.get(name) === sha256) continue;
      const link = join(folder, name);
      if (before.get(name) === '') await removeWhole(link); // something that is no link of ours
      await replaceLink(link, `../../${sha256}`);
    }
  }

  /** Tells what is shown now and was not before, and the other way round. */
  function announce(number: number, shown: readonly InstalledTemplate[]): void {
    const now = new Set(shown.map(({ name }) => name));
    const tell = (name: string, isPublic: boolean) =>
      setting.tell({ event: 'presentation', phase, number, name, public: isPublic });
    for (const name of announced) if (!now.has(name)) tell(name, false);
    for (const name of now) if (!announced.has(name)) tell(name, true);
    announced = now;
  }

  /** Whether a public copy was found right and is there: the copies are shared, and another phase removes its own. */
  function isSound({ sha256 }: InstalledTemplate): boolean {
    return sound.has(sha256) && (lstatSync(copyOf(sha256), { throwIfNoEntry: false })?.isDirectory() ?? false);
  }

  /** Whether the public copy is right, after making it if need be, where that did not fail a moment ago. */
  async function ensureCopy({ name, sha256 }: InstalledTemplate): Promise<boolean> {
    const from = installedAs(name, sha256);
    const last = failed.get(sha256);
    if (last?.from === from && setting.elapsed() - last.at < RETRY_MS) return false;
    const made = await tried(words.presentation(name), async () => {
      const there = await inspectCopy(copyOf(sha256), sha256, step);
      if (there?.differing.length !== 0) await makeCopy(name, sha256);
      sound.set(sha256, setting.elapsed());
      return true;
    });
    if (made) failed.delete(sha256);
    else failed.set(sha256, { at: setting.elapsed(), from });
    return made ?? false;
  }

  /** Differs where the template was installed again. */
  function installedAs(name: string, sha256: Hash): string {
    const seen = lstatSync(join(rooms.templates, name, sha256), { bigint: true, throwIfNoEntry: false });
    return seen ? `${seen.ino} ${seen.ctimeNs}` : '';
  }

  async function makeCopy(name: string, sha256: Hash): Promise<void> {
    const aside = join(rooms.staging, `presentation-${process.hrtime.bigint()}`);
    try {
      await copyInstalled(join(rooms.templates, name, sha256), aside, sha256, step);
      // If its name reached the disk before its bytes, readers would see empty files after a power cut.
      await syncFileSystem(rooms.staging, () => setting.step('syncing'));
      await putAway(sha256);
      await fs.rename(aside, copyOf(sha256));
    } finally {
      if (lstatSync(aside, { throwIfNoEntry: false })) await removeWhole(aside);
    }
  }

  /** Takes away what stands in the place of a copy; altered bytes are evidence while there is room for it. */
  async function putAway(sha256: Hash): Promise<void> {
    if (!lstatSync(copyOf(sha256), { throwIfNoEntry: false })) return;
    const kept = (await namesIn(rooms.evidence)).filter((entry) => entry.startsWith('presentation-'));
    if (kept.length >= EVIDENCE) await removeWhole(copyOf(sha256));
    else await fs.rename(copyOf(sha256), join(rooms.evidence, `presentation-${sha256.slice(0, 16)}-${process.hrtime.bigint()}`));
  }

  /** Removes links of cortes whose trees are gone, and copies to which no link of any phase leads. */
  async function prune(kept: readonly number[], wanted: readonly InstalledTemplate[]): Promise<void> {
    const old = (await namesIn(ofPhase)).filter((name) => !kept.includes(parseSixDigits(name) ?? -1));
    await removeWhole(...old.map((name) => join(ofPhase, name)));
    const entries = await namesIn(rooms.presentations);
    const used = new Set(wanted.map(({ sha256 }) => sha256));
    for (const one of entries.filter((name) => !isHash(name))) {
      for (const number of await namesIn(join(rooms.presentations, one))) {
        const folder = join(rooms.presentations, one, number);
        for (const name of await namesIn(folder)) used.add(targetOf(join(folder, name)) ?? '');
      }
    }
    const unused = entries.filter((name) => isHash(name) && !used.has(name));
    for (const sha256 of unused) sound.delete(sha256);
    await removeWhole(...unused.map(copyOf));
  }

  return {
    authorizedBy,
    shownWith,

    async link(corte) {
      try {
        const wanted = await wantedWith(corte);
        await setLinks(corte.statement.number, wanted.filter(isSound));
      } catch (error) {
        setting.tell({ event: 'error', what: words.presentationsOf(phase), detail: saidBy(error) });
      }
    },

    async settle(corte, kept) {
      const { sha256, statement } = corte;
      if (failedAt?.corte === sha256 && setting.elapsed() - failedAt.at < RETRY_MS) return;
      const done = await tried(words.presentationsOf(phase), async () => {
        const { authorized, isWhole } = await readAuthorized(corte);
        const wanted = await installedOf(authorized);
        const right: InstalledTemplate[] = [];
        for (const one of wanted) if (isSound(one) || (await ensureCopy(one))) right.push(one);
        await setLinks(statement.number, right);
        announce(statement.number, right);
        // A document that could not be read may be of a copy that would then have to be made again.
        if (isWhole && (wanted.length > 0 || (await namesIn(rooms.presentations)).length > 0))
          await prune([...kept(), statement.number], right);
        return true;
      });
      failedAt = done === null ? { corte: sha256, at: setting.elapsed() } : null;
    },

    async patrol(corte, everyMs, locked) {
      await tried(words.presentationsPatrol(phase), async () => {
        const { number } = corte.statement;
        const shown = [...(await shownWith(number))].sort(([, a], [, b]) => (sound.get(a) ?? 0) - (sound.get(b) ?? 0));
        const [next] = shown;
        if (next === undefined) return;
        const [name, sha256] = next;
        if (setting.elapsed() - (sound.get(sha256) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
        const read = await inspectCopy(copyOf(sha256), sha256, step);
        if (read?.differing.length === 0) {
          sound.set(sha256, setting.elapsed());
          return;
        }
        await locked(async () => {
          sound.delete(sha256);
          const restored = await ensureCopy({ name, sha256 });
          const right = (await wantedWith(corte)).filter(isSound);
          if (!restored) await setLinks(number, right);
          announce(number, right);
          for (const path of read?.differing ?? ['.']) {
            setting.tell({ event: 'altered', phase, number, path: `cotejo/presentacion/${name}/${path}`, restored });
          }
        });
      });
    },
  };
}

/** Altered copies that are kept; a defacer could make any number of them. */
const EVIDENCE = 20;

/** The hash of the copy that a link of ours leads to; null for anything else that stands there. */
function targetOf(link: string): Hash | null {
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  return /^\.\.\/\.\.\/([0-9a-f]{64})$/.exec(readlinkSync(link))?.[1] ?? null;
}
