import type { ChainReads } from '../audit/check/chain-reads.ts';
import { readTrustByNames } from '../audit/check/trust-by-names.ts';
import type { WebClient } from './web-get.ts';

/** A chain on a web server as a page reads it. */
export function webSource(chain: URL, client: WebClient): ChainReads {
  const read = (path: string, limit: number) => client.read(new URL(path, chain), path, limit);
  return { name: chain.href, read, readTrust: (version, held) => readTrustByNames(read, version, held) };
}
