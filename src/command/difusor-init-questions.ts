import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { readAnchor } from '../chain/trust-folder.ts';
import { MOST_PORTALS, whyNoPortal } from '../difusor/setup/portals.ts';
import { isDomain, phasesToShow } from '../difusor/setup/site.ts';
import { isName } from '../format/document.ts';
import { inGroups } from '../format/hash.ts';
import { fingerprint, type PublicKey } from '../format/key.ts';
import { said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { publicKeyIn, readPublicKey } from '../keys/public-key.ts';
import { ask } from '../terminal/ask.ts';
import { type Shell, UsageError } from '../terminal/shell.ts';
import { type HeldTrust, startFrom } from '../verdict/trust-chain.ts';
import type { InitWords } from './difusor-init-words.ts';
import { DIFUSOR_INIT } from './words/difusor-init.ts';

/** What `difusor init` has to know, from options and, where they leave something out, from the person at the terminal. */

export const PORTS = ['sshd-nginx', 'built-in'] as const;
type Ports = (typeof PORTS)[number];

/** As options, each of which may be left out on a terminal. */
export interface Told {
  readonly difusor?: string;
  readonly node?: string;
  readonly domain?: string;
  readonly anchor?: string;
  readonly iecKey?: string;
  readonly phase?: string;
  readonly ports?: Ports;
  /** the printed hash of the anchor, with or without spaces */
  readonly code?: string;
  /** origins */
  readonly portal?: readonly string[];
}

export interface Answers {
  readonly difusor: string;
  readonly node: string;
  readonly domain: string;
  readonly anchor: string;
  readonly iecKey: PublicKey;
  readonly phase: string;
  readonly drill: string | null;
  readonly ports: Ports;
  readonly portals: readonly string[];
}

/** The person found that a key or a document is not what was published. */
export class NotTheOne extends Error {}

/** Wrong answers to one question, after which there is a reason to stop. */
const TRIES = 3;

/**
 * @throws UsageError where something is missing and nobody is at a terminal, or an option can not be; NotTheOne; Refusal
 *   for an anchor that was never signed
 */
export async function answers(shell: Shell, told: Told, words: InitWords): Promise<Answers> {
  const missing = (['difusor', 'node', 'domain', 'anchor', 'iecKey'] as const).filter((name) => told[name] === undefined);
  if (missing.length > 0 && !shell.stdin.isTTY) {
    const names = missing.map((name) => `--${name === 'iecKey' ? 'iec-key' : name}`);
    throw new UsageError(DIFUSOR_INIT.nobodyToAsk(names.join(', ')), DIFUSOR_INIT.asOptions);
  }
  const one = <T>(question: string, given: string | undefined, read: Reader<T>, otherwise = '') =>
    answerTo(shell, words, { question, given, read, otherwise });
  const machine = hostname().split('.')[0]?.toLowerCase() ?? '';

  const difusor = await one(words.difusor, told.difusor, nameIn);
  const node = await one(words.node, told.node, nameIn, isName(machine) ? machine : 'web1');
  const domain = await one(words.domain, told.domain, domainIn);
  const anchor = await one(words.anchor, told.anchor, (text) => anchorIn(resolve(shell.cwd, text)), '/root/ancla/1.json');
  await compareCode(shell, told.code, anchor.held, words);
  const iecKey = await one(words.iecKey, told.iecKey, (text) => keyIn(shell.cwd, text));
  if (told.iecKey === undefined) await confirmKey(shell, iecKey, words);
  const { official, drills } = phasesToShow(anchor.held.document);
  if (official[0] === undefined) throw new UsageError(DIFUSOR_INIT.noOfficialPhase(anchor.file));
  const phase =
    official.length === 1 && told.phase === undefined
      ? official[0]
      : await one(words.phase(official.join(', ')), told.phase, phaseIn(official), official[0]);
  const ports = await one(words.ports, told.ports, portsIn, '1');
  const portals = portalsIn(told.portal);
  return { difusor, node, domain, anchor: anchor.file, iecKey, phase, drill: drills[0] ?? null, ports, portals };
}

/** @returns what a text means; throws UsageError with the reason where it can't be */
type Reader<T> = (text: string) => T | Promise<T>;

interface Question<T> {
  readonly question: string;
  readonly given: string | undefined;
  readonly read: Reader<T>;
  /** what an empty answer stands for; none where it is empty */
  readonly otherwise: string;
}

async function answerTo<T>(shell: Shell, words: InitWords, { question, given, read, otherwise }: Question<T>): Promise<T> {
  // An option that has a default is not asked for where nobody is there to answer.
  if (given !== undefined) return read(given);
  if (!shell.stdin.isTTY && otherwise !== '') return read(otherwise);
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(shell, otherwise === '' ? question : `${question} [${otherwise}]:`);
    if (answer === null) throw new UsageError(DIFUSOR_INIT.unanswered);
    try {
      return await read(answer.trim() || otherwise);
    } catch (error) {
      if (!(error instanceof UsageError) || tries === TRIES) throw error;
      shell.say.warning(said(words.notA(error.said.in(words.lang))));
    }
  }
}

function nameIn(text: string): string {
  if (isName(text)) return text;
  throw new UsageError(DIFUSOR_INIT.noName(JSON.stringify(text)));
}

function domainIn(text: string): string {
  const domain = text.toLowerCase();
  if (isDomain(domain)) return domain;
  throw new UsageError(DIFUSOR_INIT.noDomain(JSON.stringify(text)));
}

function phaseIn(official: readonly string[]): Reader<string> {
  return (text) => {
    if (official.includes(text)) return text;
    throw new UsageError(DIFUSOR_INIT.notOneOf(JSON.stringify(text), official.join(', ')));
  };
}

function portsIn(text: string): Ports {
  const ports = PORTS.find((name, i) => text === name || text === String(i + 1));
  if (ports !== undefined) return ports;
  throw new UsageError(DIFUSOR_INIT.notOneOf(JSON.stringify(text), PORTS.join(', ')));
}

/** @throws UsageError for one that is no origin, or too many */
export function portalsIn(told: readonly string[] = []): readonly string[] {
  for (const portal of told) {
    const why = whyNoPortal(portal);
    if (why !== null) throw new UsageError(DIFUSOR_INIT.badPortal(JSON.stringify(portal), why));
  }
  if (told.length > MOST_PORTALS) throw new UsageError(DIFUSOR_INIT.tooManyPortals(MOST_PORTALS));
  return told;
}

async function anchorIn(file: string): Promise<{ file: string; held: HeldTrust }> {
  try {
    return { file, held: startFrom(await readAnchor(file)).anchor };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UsageError(DIFUSOR_INIT.notThere(file));
    throw error;
  }
}

/** A key's line, or the file that has it. */
async function keyIn(cwd: string, text: string): Promise<PublicKey> {
  const key = publicKeyIn(text);
  if (key !== null) return key;
  try {
    return await readPublicKey(resolve(cwd, text));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UsageError(DIFUSOR_INIT.neitherKeyNorFile(text));
    throw error;
  }
}

/**
 * Compares an anchor with what was printed, where a code is given or somebody can be asked for it.
 *
 * The anchor is what everything else is checked by, so it is compared with what was printed: the person types the code
 * before any of it was shown, and each group is compared as it comes.
 * @param code the printed code; undefined where none was given
 * @throws NotTheOne
 */
export async function compareCode(
  shell: Shell,
  code: string | undefined,
  { document, sha256 }: HeldTrust,
  words: InitWords,
): Promise<void> {
  const groups = inGroups(sha256);
  if (code !== undefined || !shell.stdin.isTTY) {
    if (code !== undefined && code.replace(/\s/g, '').toLowerCase() !== sha256) throw new NotTheOne(words.otherCode);
    return;
  }
  shell.stderr.write(`${words.anchorSays(document.title, document.election, document.version)}\n${words.typeCode}\n`);
  let [done, wrong] = [0, 0];
  while (done < groups.length) {
    const answer = await ask(shell, words.group(done + 1, groups.length));
    const typed =
      (answer ?? '')
        .replace(/\s/g, '')
        .toLowerCase()
        .match(/.{1,8}/g) ?? [];
    const other = typed.findIndex((group, i) => group !== groups[done + i]);
    // More than the whole code is not that code, however it begins.
    if (typed.length <= groups.length - done) done += other === -1 ? typed.length : other;
    if (other === -1 && typed.length > 0) continue;
    wrong += 1;
    shell.say.warning(said(words.otherGroup(done + 1)));
    if (answer === null || wrong === TRIES) throw new NotTheOne(words.otherCode);
  }
}

async function confirmKey(shell: Shell, key: PublicKey, words: InitWords): Promise<void> {
  const answer = await ask(shell, words.isFingerprint(fingerprint(key)));
  if (!words.yes.test(answer?.trim() ?? '')) throw new NotTheOne(words.otherKey);
}
