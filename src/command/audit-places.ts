import type { ChainAudit } from '../audit/chain.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { folderSource } from '../audit/source/folder.ts';
import { CONNECTIONS, httpSource } from '../audit/source/http.ts';
import { httpClient, READER_PATIENCE } from '../audit/source/http-get.ts';
import { proxiesOf } from '../audit/source/proxies.ts';
import { Refusal } from '../format/refusal.ts';
import { saidBy } from '../format/thrown.ts';
import { hintFor } from '../terminal/hints.ts';
import { describe, type Shell, UsageError } from '../terminal/shell.ts';
import { AUDIT } from './words/audit.ts';

/** What the commands of `audit` share: the places that they are given, and what is wrong with a chain. */

/** Options that all of them have. */
export interface Anchored {
  anchor: string;
  json?: boolean;
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
 * What is asked beside the check of a chain. Where the chain is broken it may well not be had: that is a warning then, and
 * the fault of the chain is told all the same.
 * @returns null where it could not be had
 * @throws whatever `beside` throws, where the chain is good
 */
export async function unlessBroken<T>(shell: Shell, { refused }: ChainAudit, beside: Promise<T>): Promise<T | null> {
  try {
    return await beside;
  } catch (error) {
    if (refused === null) throw error;
    shell.say.warning(saidBy(error));
    return null;
  }
}

/**
 * What was found is told whatever becomes of its proof.
 * @returns the proof's folder; null where it could not be written, which is told
 */
export async function proofOr(shell: Shell, writing: Promise<string>): Promise<string | null> {
  try {
    return await writing;
  } catch (error) {
    shell.say.error(AUDIT.noProof(describe(error)));
    const hint = hintFor(error);
    if (hint !== null) shell.say.hint(hint);
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
