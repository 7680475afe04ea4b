import type { KnownCorte } from '../../../chain/chain-folder.ts';
import { namesIn } from '../../../disk/names-in.ts';
import type { Autorizacion } from '../../../format/autorizacion.ts';
import type { Hash } from '../../../format/hash.ts';
import { saidBy } from '../../../format/thrown.ts';
import type { Setting } from '../../state/setting.ts';
import { type InstalledTemplate, installedTemplates } from '../../state/templates.ts';
import { words } from '../../words.ts';
import { authorizedReader } from './authorized.ts';
import { openCopies } from './copies.ts';
import { linksOf } from './links.ts';
import { tellingOnce } from './telling.ts';

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

/** A whole settling that failed is tried again so much later, ms. */
const RETRY_MS = 60_000;

export function openPresentations(plan: PresentationPlan): Presentations {
  const { rooms, phase, setting } = plan;
  const tried = tellingOnce(setting);
  const readAuthorized = authorizedReader(plan, tried);
  const copies = openCopies(plan, tried);
  const links = linksOf(rooms.presentations, phase);
  /** the names that were told as public */
  let announced: ReadonlySet<string> = new Set();
  /** when a whole settling failed; null where the last one did not */
  let failedAt: { readonly corte: Hash; readonly at: number } | null = null;

  async function authorizedBy(corte: KnownCorte): Promise<readonly Autorizacion[]> {
    return (await readAuthorized(corte)).documents;
  }

  /** Those that are authorised and installed. */
  async function installedOf(authorized: readonly Autorizacion[]): Promise<InstalledTemplate[]> {
    if (authorized.length === 0) return [];
    const there = new Set((await installedTemplates(rooms.templates)).map(({ name, sha256 }) => `${name} ${sha256}`));
    return authorized
      .map(({ name, template }) => ({ name, sha256: template.sha256 }))
      .filter(({ name, sha256 }) => there.has(`${name} ${sha256}`));
  }

  async function soundOf(corte: KnownCorte): Promise<InstalledTemplate[]> {
    return (await installedOf(await authorizedBy(corte))).filter((one) => copies.isSound(one));
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

  return {
    authorizedBy,
    shownWith: (number) => links.of(number),

    async link(corte) {
      try {
        await links.set(corte.statement.number, await soundOf(corte));
      } catch (error) {
        setting.tell({ event: 'error', what: words.presentationsOf(phase), detail: saidBy(error) });
      }
    },

    async settle(corte, kept) {
      const { sha256, statement } = corte;
      if (failedAt?.corte === sha256 && setting.elapsed() - failedAt.at < RETRY_MS) return;
      const done = await tried(words.presentationsOf(phase), async () => {
        const { documents, isWhole } = await readAuthorized(corte);
        const wanted = await installedOf(documents);
        const right: InstalledTemplate[] = [];
        for (const one of wanted) if (copies.isSound(one) || (await copies.ensure(one))) right.push(one);
        await links.set(statement.number, right);
        announce(statement.number, right);
        // A document that could not be read may be of a copy that would then have to be made again.
        if (isWhole && (wanted.length > 0 || (await namesIn(rooms.presentations)).length > 0)) {
          await links.keepOnly([...kept(), statement.number]);
          await copies.keepOnly(new Set([...(await links.used()), ...right.map((one) => one.sha256)]));
        }
        return true;
      });
      failedAt = done === null ? { corte: sha256, at: setting.elapsed() } : null;
    },

    async patrol(corte, everyMs, locked) {
      await tried(words.presentationsPatrol(phase), async () => {
        const { number } = corte.statement;
        const readAt = (sha256: Hash) => copies.readAt(sha256) ?? Number.NEGATIVE_INFINITY;
        const [next] = [...(await links.of(number))].sort(([, a], [, b]) => readAt(a) - readAt(b));
        if (next === undefined) return;
        const [name, sha256] = next;
        if (setting.elapsed() - readAt(sha256) < everyMs) return;
        const differing = await copies.read(sha256);
        if (differing?.length === 0) return;
        await locked(async () => {
          copies.doubt(sha256);
          const restored = await copies.ensure({ name, sha256 });
          const right = await soundOf(corte);
          if (!restored) await links.set(number, right);
          announce(number, right);
          for (const path of differing ?? ['.']) {
            setting.tell({ event: 'altered', phase, number, path: `cotejo/presentacion/${name}/${path}`, restored });
          }
        });
      });
    },
  };
}
