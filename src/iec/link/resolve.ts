import dns from 'node:dns';
import { promises as fs } from 'node:fs';
import { isIP } from 'node:net';
import type { Said } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import { givenUp, Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * From a host's name to its addresses. The system's own look-up runs on one of the two threads that Node has for slow
 * work: two names whose zone does not answer would make every other node unreachable. So the name servers are asked
 * without a thread, and the system only for what they know nothing of (a name of the local network).
 */

/** What knows names, and how long it may take: this machine's, or a test's own. */
export interface Names {
  readonly hostsFile: string;
  /** `address:port`; null for the system's */
  readonly servers: readonly string[] | null;
  readonly system: (name: string) => Promise<Address[]>;
  /** for all of it, ms */
  readonly wait: number;
}

type Address = dns.LookupAddress;

export const NAMES: Names = {
  hostsFile: '/etc/hosts',
  servers: null,
  system: (name) => dns.promises.lookup(name, { all: true }),
  wait: 15_000,
};

/** One name server has so long for its first answer, ms, and about twice as long for the second. */
const TRY_MS = 4000;

/** Once addresses of one family are there, those of the other are waited for so long, ms. */
const OTHER_MS = 500;

/** A name that does not exist, has no address, or can't be one. */
const NO_SUCH: ReadonlySet<string | undefined> = new Set<string>([dns.NOTFOUND, dns.NODATA, dns.BADNAME]);

/**
 * @param signal gives it up at once
 * @returns at least one address
 * @throws Trouble `unreachable` for a name that does not exist, `iec-failed` where nobody answers: that is our resolver
 */
export async function addressesOf(host: string, names: Names, signal?: AbortSignal): Promise<Address[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const resolver = new dns.promises.Resolver({ timeout: TRY_MS, tries: 2 });
  if (names.servers) resolver.setServers(names.servers);
  let [timer, onAbort]: [NodeJS.Timeout | undefined, () => void] = [undefined, () => {}];
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noAnswer(host, words.resolverTime(names.wait / 1000))), names.wait);
    onAbort = () => reject(givenUp());
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([over, lookUp(host, names, resolver)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    resolver.cancel();
  }
}

async function lookUp(host: string, names: Names, resolver: dns.promises.Resolver): Promise<Address[]> {
  const known = inHosts(await fs.readFile(names.hostsFile, 'utf8').catch(() => ''), host);
  if (known.length > 0) return known;
  const asked = [resolver.resolve4(host), resolver.resolve6(host)];
  // A server that answers for one family and never for the other must not cost the visit.
  void Promise.any(asked).then(
    () => setTimeout(() => resolver.cancel(), OTHER_MS).unref(),
    () => {},
  );
  const answers = await Promise.allSettled(asked);
  const found = answers.flatMap((answer, i) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: i === 0 ? 4 : 6 })) : [],
  );
  if (found.length > 0) return found;
  const reasons = answers.map((answer) => (answer.status === 'rejected' ? codeOf(answer.reason) : dns.NODATA));
  const why = reasons.find((code) => !NO_SUCH.has(code));
  if (why !== undefined) throw noAnswer(host, why);
  try {
    return await names.system(host);
  } catch (cause) {
    const code = codeOf(cause);
    throw NO_SUCH.has(code) ? new Trouble('unreachable', words.noHost(host), { cause }) : noAnswer(host, code, cause);
  }
}

function noAnswer(host: string, why: string | Said = words.noReason, cause?: unknown): Trouble {
  return new Trouble('iec-failed', words.resolver(host, why), { cause });
}

/** The addresses of a name in the text of a hosts file. */
function inHosts(text: string, host: string): Address[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/));
  return lines.flatMap(([address = '', ...named]) => {
    const family = isIP(address);
    return family !== 0 && named.includes(host.toLowerCase()) ? [{ address, family }] : [];
  });
}
