import type { ChainAudit } from '../audit/chain.ts';
import type { Failed } from '../audit/report/chain-text.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { folderSource } from '../audit/source/folder.ts';
import { CONNECTIONS, httpSource } from '../audit/source/http.ts';
import { httpClient, READER_PATIENCE } from '../audit/source/http-get.ts';
import { proxiesOf } from '../audit/source/proxies.ts';
import { readAnchor } from '../chain/trust-folder.ts';
import { Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { hintFor } from '../terminal/hints.ts';
import { describe, type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { type SignedTrust, startFrom } from '../verdict/trust-chain.ts';
import { AUDIT } from './words/audit.ts';

/** What the commands of `audit` share: the places that they are given, and what is wrong with a chain. */

/** Options that all of them have. */
export interface Anchored {
  anchor: string;
  json?: boolean;
}

/**
 * The anchor that all is judged from, checked here so that what is wrong with it is told by its name.
 * @throws Refusal, HintedError, Error as {@link readAnchor} and {@link startFrom}
 */
export async function openAnchor(file: string): Promise<SignedTrust> {
  const anchor = await readAnchor(file);
  try {
    startFrom(anchor, nodeEquation);
    return anchor;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, AUDIT.failed(file, error.said), { cause: error });
  }
}

/**
 * A refusal that ends a command stands in its JSON too: a script reads nothing else.
 * @param members that `refused` has in this command, beside `code` and `detail`
 * @throws what `action` throws
 */
export async function refusedInJson(
  shell: Shell,
  { json }: { readonly json?: boolean },
  action: () => Promise<Outcome>,
  members: object = { phase: null, number: null },
): Promise<Outcome> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Refusal && json) shell.json({ refused: { ...members, code: error.code, detail: error.detail } });
    throw error;
  }
}

/** @param place put before each line, where there are several chains */
export function tellWrong(shell: Shell, audit: ChainAudit, place = ''): void {
  for (const warning of audit.warnings) shell.say.warning(warning.map((text) => `${place}${text}`));
  const { refused } = audit.trust;
  if (refused) shell.say.error(AUDIT.wrongTrust(place, refused.version, refused.code, refused.detail));
  for (const { refused: wrong } of audit.phases) {
    if (wrong) shell.say.error(wrong.detail.map((detail) => `${place}${wrong.phase} ${wrong.number}: ${wrong.code}: ${detail}`));
  }
}

/**
 * What is asked beside the check of a chain. Where it can't be had, that is told, and all else that was found is told as
 * well. Where the chain is broken it is a warning, since it may well be the reason.
 * @param failed is given what could not be had
 * @returns null where it could not be had
 * @throws UsageError
 */
export async function orFailed<T>(
  shell: Shell,
  { refused }: ChainAudit,
  failed: Failed[],
  what: Failed['what'],
  beside: Promise<T>,
): Promise<T | null> {
  try {
    return await beside;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (refused === null) tellThrown(shell, error);
    else shell.say.warning(describe(error));
    failed.push({ what, code: error instanceof Refusal ? error.code : null, detail: describe(error) });
    return null;
  }
}

/** An error that ends nothing, as the one that ends the command is told. */
export function tellThrown({ say }: Shell, error: unknown, saying: (why: Said) => Said = (why) => why): void {
  say.error(saying(error instanceof Refusal ? error.said.map((detail) => `${error.code}: ${detail}`) : describe(error)));
  const hint = hintFor(error);
  if (hint !== null) say.hint(hint);
}

/**
 * What was found is told whatever becomes of its proof.
 * @returns the proof's folder; null where it could not be written, which is told
 */
export async function proofOr(shell: Shell, writing: Promise<string>): Promise<string | null> {
  try {
    return await writing;
  } catch (error) {
    tellThrown(shell, error, AUDIT.noProof);
    return null;
  }
}

/** Turns the refusal of an unknown phase into a usage error: it is the caller's mistake, not a verdict. */
export async function knownPhase<T>(audit: Promise<T>): Promise<T> {
  try {
    return await audit;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'wrong-phase') throw new UsageError(error.said);
    throw error;
  }
}

/** Whether a place is named by an address, and not by a folder. */
export function isAddress(at: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(at);
}

/** A chain by its folder or its address. @throws UsageError; Error where there is no such folder */
export async function openChain(at: string, { env }: Pick<Shell, 'env'>): Promise<ChainSource> {
  if (!isAddress(at)) return folderSource(at);
  return httpSource(addressOf(at), READER_PATIENCE, httpClient(CONNECTIONS, READER_PATIENCE, undefined, proxiesOf(env)));
}

export function addressOf(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(AUDIT.noAddress(text), AUDIT.asAddress(`https://${text.replace(/^[^/]*:\/+/, '')}`));
  }
  return new URL(text);
}
