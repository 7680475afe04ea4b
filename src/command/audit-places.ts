import type { ChainAudit } from '../audit/chain.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { folderSource } from '../audit/source/folder.ts';
import { CONNECTIONS, httpSource } from '../audit/source/http.ts';
import { httpClient, READER_PATIENCE } from '../audit/source/http-get.ts';
import { proxiesOf } from '../audit/source/proxies.ts';
import { Refusal } from '../format/refusal.ts';
import { type Shell, UsageError } from '../terminal/shell.ts';
import { AUDIT } from './words/audit.ts';

/** What the commands of `audit` share: the places that they are given, and what is wrong with a chain. */

/** @param place put before each line, where there are several chains */
export function tellWrong(shell: Shell, audit: ChainAudit, place = ''): void {
  for (const warning of audit.warnings) shell.say.warning(warning.map((text) => `${place}${text}`));
  const { refused } = audit.trust;
  if (refused) shell.say.error(AUDIT.wrongTrust(place, refused.version, refused.code, refused.detail));
  for (const { refused: wrong } of audit.phases) {
    if (wrong) shell.say.error(wrong.detail.map((detail) => `${place}${wrong.phase} ${wrong.number}: ${wrong.code}: ${detail}`));
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

/** A chain by its folder or its address. @throws UsageError; Error where there is no such folder */
export async function openChain(at: string, { env }: Pick<Shell, 'env'>): Promise<ChainSource> {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(at)) return folderSource(at);
  return httpSource(addressOf(at), READER_PATIENCE, httpClient(CONNECTIONS, READER_PATIENCE, undefined, proxiesOf(env)));
}

export function addressOf(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(AUDIT.noAddress(text), AUDIT.asAddress(`https://${text.replace(/^[^/]*:\/+/, '')}`));
  }
  return new URL(text);
}
