import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, type KnownCorte, lastNumber, readStatement } from '../../chain/chain-folder.ts';
import type { Hash } from '../../format/hash.ts';
import type { Padron } from '../../format/padron.ts';
import type { Said } from '../../format/said.ts';
import type { Phase } from '../../format/trust.ts';
import type { Head } from '../../verdict/corte.ts';
import { type Deadlines, newDeadlines, type Shown, staleAfter, whatToShow } from '../../verdict/publication.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { type Compressed, openCompressed } from '../compressed/compressed.ts';
import { type PublicLink, publicLink } from '../public/link.ts';
import { type PadronRead, padronIn } from '../public/padron.ts';
import { type NoticeSettings, openPages, type Pages } from '../public/pages.ts';
import { openPointers, type Pointers } from '../public/pointers.ts';
import { openPresentations, type Presentations } from '../public/presentation/presentations.ts';
import { type ContentStore, openContent } from '../state/content.ts';
import type { Rooms } from '../state/rooms.ts';
import type { Setting } from '../state/setting.ts';
import { openTrees, type Trees } from '../state/trees.ts';
import { words } from '../words.ts';
import { type Acknowledger, type Acuses, openAcuses } from './acuses.ts';
import { asOwn, ownCorte } from './own-chain.ts';

/**
 * One phase of a node, opened under the state's lock: its rules, its newest corte, and the folders that follow from it.
 * Code that works on a phase is given this and not the node, so that the chain folder is read once and all use the same
 * answer.
 */
export interface OpenPhase {
  readonly name: string;
  /** its hours and periods, by the newest trust document held */
  readonly rules: Phase;
  /** the newest corte admitted, null before the first. Only admission and revocation change it */
  head: Newest | null;
  readonly content: ContentStore;
  readonly trees: Trees;
  readonly compressed: Compressed;
  readonly link: PublicLink;
  readonly pages: Pages;
  readonly pointers: Pointers;
  readonly presentations: Presentations;
  readonly acuses: Acuses;
  /** the node's chain folder, of all phases */
  readonly chain: string;
  /** private folder on the state's file system, for work in progress */
  readonly staging: string;
  /** where the proof of an alteration goes */
  readonly evidence: string;
  /** where cortes go that a trust document disowned */
  readonly revoked: string;
  readonly policy: Policy;
  /** for each corte that was the newest, its deadline on the clock that only runs forward */
  readonly deadlines: Deadlines;
  /** troubles that last longer than a turn and were reported already */
  readonly told: Set<string>;
  readonly setting: Setting;
}

/** The newest corte of a phase. Its manifest is read on demand, and once. */
export interface Newest extends Head {
  /** @throws Error where the chain on this disk can't be read, or no longer agrees with itself */
  whole(): Promise<KnownCorte>;
  /**
   * Whom its padrón names, for the notice; null where it has none that can be read now. It never throws, and the next
   * caller reads again what could not be read.
   */
  padron(): Promise<Padron | null>;
}

/** What an administrator decides about a node. */
export interface Policy {
  /**
   * What to do when no corte comes any more: show the notice, only warn the administrator, or leave it as it is (only
   * the daemon keeps the rule of the missed periods; a single command publishes what it admits and nothing else).
   */
  readonly whenStale: 'aviso' | 'warn' | 'leave';
  /** how long a tree is kept after another took its place, for those who are still reading it */
  readonly keepTreesMinutes: number;
  /** whether compressed copies are made and kept */
  readonly compress: boolean;
  readonly notice: NoticeSettings;
}

/** What a phase is opened from. */
export interface PhasePlan {
  readonly rooms: Rooms;
  readonly outbox: string;
  readonly trust: TrustChain;
  readonly acknowledger: Acknowledger;
  readonly policy: Policy;
  readonly setting: Setting;
}

/**
 * Opens every phase that the newest trust document lists. With the state's lock held, or only to read.
 * @param before phases that were opened earlier: what they know of their content is kept
 * @returns the phases, and whether the newest corte of any of them has changed (see {@link lookAgain})
 * @throws Error where the chain folder can't be read
 */
export async function openPhases(
  plan: PhasePlan,
  before: ReadonlyMap<string, OpenPhase>,
): Promise<{ readonly phases: ReadonlyMap<string, OpenPhase>; readonly isNews: boolean }> {
  const opened = new Map<string, OpenPhase>();
  let isNews = false;
  for (const rules of plan.trust.newest.document.phases) {
    const phase = openPhase(plan, rules, before.get(rules.name));
    if (await lookAgain(phase)) isNews = true;
    opened.set(rules.name, phase);
  }
  return { phases: opened, isNews };
}

function openPhase(
  { rooms, outbox, trust, acknowledger, policy, setting }: PhasePlan,
  rules: Phase,
  before?: OpenPhase,
): OpenPhase {
  const { name } = rules;
  const { staging, evidence, revoked, chain } = rooms;
  const folder = join(rooms.pages, name);
  const { title } = trust.newest.document;
  const content = before?.content ?? openContent(join(rooms.content, name));
  const compressed = before?.compressed ?? openCompressed(join(rooms.compressed, name));
  const { difusor } = acknowledger;
  return {
    name,
    rules,
    head: before?.head ?? null,
    content,
    trees: openTrees(join(rooms.trees, name), staging, compressed.hide),
    compressed,
    link: publicLink(rooms.public, name),
    pointers: before?.pointers ?? openPointers(join(rooms.pointers, name), name),
    pages: openPages({ folder, staging, title, phase: rules, notice: policy.notice, setting }),
    presentations: before?.presentations ?? openPresentations({ rooms, phase: name, difusor, contentPath: content.path, setting }),
    acuses: openAcuses(join(outbox, 'acuses', name), acknowledger, setting),
    chain,
    staging,
    evidence,
    revoked,
    policy,
    deadlines: before?.deadlines ?? newDeadlines(),
    told: before?.told ?? new Set(),
    setting,
  };
}

/**
 * Looks up the newest corte in the chain folder again: another process may have admitted or revoked one while we did
 * not hold the lock, or one of ours may have failed right after the rename that commits it.
 * @returns whether it is another one than we knew. Until the file system was synced it may not survive a power cut, so
 *   nothing may be published or signed by it before
 * @throws Error where it can't be read
 */
export async function lookAgain(phase: OpenPhase): Promise<boolean> {
  const number = await lastNumber(phase.chain, phase.name);
  const head = number === 0 ? null : await asOwn(readStatement(phase.chain, phase.name, number));
  if (head?.sha256 === phase.head?.sha256) return false;
  phase.head = head && newest(phase, head);
  return true;
}

/** @param known what was read of the corte already */
export function newest(
  phase: Pick<OpenPhase, 'chain' | 'name' | 'content' | 'told' | 'setting'>,
  head: Head,
  known?: { readonly whole: KnownCorte; readonly padron: PadronRead | null },
): Newest {
  const { chain, name, content } = phase;
  let reading = known && Promise.resolve(known.whole);
  let padron = known?.padron ?? null;
  const whole = () => {
    reading ??= ownCorte(chain, name, head.statement.number).catch((error: unknown) => {
      reading = undefined; // the next caller reads again
      throw error;
    });
    return reading;
  };
  return {
    ...head,
    whole,
    async padron() {
      try {
        if (!padron?.isFinal) padron = await padronOf(phase, await whole(), content.path);
        return padron.padron;
      } catch {
        return null; // the chain can't be read: whoever needs the corte itself tells it
      }
    },
  };
}

/** The padrón of a corte of the phase. A bad one is told, once, and is as none: neither the corte nor the notice waits for it. */
export async function padronOf(
  { name, told, setting }: Pick<OpenPhase, 'name' | 'told' | 'setting'>,
  { statement, manifest }: KnownCorte,
  fileOf: (sha256: Hash) => string,
): Promise<PadronRead> {
  const what = words.padronOf(statement.number, name);
  const tell = (detail: Said) => {
    if (!told.has(what.en)) setting.tell({ event: 'error', what, detail });
    told.add(what.en);
  };
  return padronIn({ manifest, election: statement.election }, fileOf, tell);
}

/** What readers should see now, by the signed hours and both clocks, whatever the policy is (see `whatToShow`). */
export function askedNow({ name, rules, head, deadlines, setting }: OpenPhase): Shown {
  const newest = head?.statement ?? null;
  const now = setting.now();
  const isOverdue = deadlines.isOver(head?.sha256 ?? name, staleAfter(rules, newest), now, setting.elapsed());
  return whatToShow(rules, newest, now, isOverdue);
}

/** Makes the folders of a phase that are missing; those that the web server reads are open to it. */
export function makeFolders({ chain, name, trees, content }: OpenPhase): void {
  for (const folder of [trees.folder, join(chain, name), content.folder]) mkdirSync(folder, { recursive: true, mode: 0o755 });
}

/** Where a corte of the phase lies in the chain folder. */
export function folderOf({ chain, name }: OpenPhase, number: number): string {
  return corteFolder(chain, name, number);
}

/** Whether readers see this corte now. */
export function isShown({ link }: OpenPhase, number: number): boolean {
  const shown = link.shown();
  return shown?.public === 'corte' && shown.number === number;
}
