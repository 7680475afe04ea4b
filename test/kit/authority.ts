import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clockAt } from './faketime.ts';
import { makeFastFolder } from './folders.ts';
import { serve } from './web.ts';

/** A time-stamp authority of its own root, made by `openssl`; nobody should keep its keys. Needs Debian's openssl. */
export interface Authority {
  /** all that is its own, for an authority on another machine: `openssl ts -reply -config conf -section stamping` there */
  readonly folder: string;
  /** the file of its certificates, and what is in it */
  readonly certificates: string;
  readonly pem: string;
  /**
   * Answers a query (RFC 3161). @param hour what its clock says, ms since the epoch, for which Debian's libfaketime is
   * needed; this machine's, if absent
   */
  answer(query: Uint8Array, hour?: number): Promise<Buffer>;
  /** An answer to a query of its own for these bytes. */
  stamp(bytes: Uint8Array): Promise<Buffer>;
  /**
   * A list of what its root revoked so far (PEM), and now besides: its own certificate, the one between it and its root, or
   * nothing. @param reason none is told, if null
   */
  revocations(of: 'itself' | 'middle' | 'nothing', reason?: string | null): string;
}

const PARTS = `
[req]
distinguished_name = name
prompt = no
[name]
CN = a root for trials
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[any]
commonName = supplied
`;

const run = promisify(execFile);

const YEARS = ['20200101000000Z', '20451231000000Z'] as const;

/**
 * @param validity of its certificate, in the words of `openssl ca`; of many years, if absent
 * @param hasMiddle whether its certificate is of an authority between it and the root, whose own is in each token alone
 */
export async function makeAuthority(validity: readonly [from: string, to: string] = YEARS, hasMiddle = false): Promise<Authority> {
  const folder = await makeFastFolder();
  const at = (name: string) => join(folder, name);
  // Its files are named from where `openssl` runs, so that the whole folder can be moved.
  const conf = `${PARTS}
[ca]
default_ca = own
[own]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
certificate = root.pem
private_key = root.key
default_md = sha256
default_crl_days = 30
policy = any
[middle]
dir = .
database = middle.txt
new_certs_dir = .
serial = middle.serial
certificate = middle.pem
private_key = middle.key
default_md = sha256
policy = any
[tsa]
default_tsa = stamping
[stamping]
serial = stamps
signer_cert = stamper.pem
signer_key = stamper.key
certs = ${hasMiddle ? 'middle' : 'root'}.pem
default_policy = 1.2.3.4
digests = sha256, sha512
signer_digest = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = no
`;
  for (const [name, text] of [
    ['conf', conf],
    ['index.txt', ''],
    ['serial', '01\n'],
    ['middle.txt', ''],
    ['middle.serial', 'A1\n'],
    ['stamps', '01\n'],
  ] as const) {
    await writeFile(at(name), text);
  }
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const key of ['root.key', 'middle.key', 'stamper.key'])
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key);
  openssl('req', '-new', '-key', 'root.key', '-config', 'conf', '-out', 'root.csr');
  openssl('req', '-new', '-key', 'stamper.key', '-config', 'conf', '-subj', '/CN=a stamper for trials', '-out', 'stamper.csr');
  if (hasMiddle) openssl('req', '-new', '-key', 'middle.key', '-config', 'conf', '-subj', '/CN=between', '-out', 'middle.csr');
  const sign = (name: string, [from, to]: readonly [string, string], ...how: string[]) => {
    const hours = ['-startdate', from, '-enddate', to, '-in', `${name}.csr`, '-out', `${name}.pem`];
    const kind = name === 'middle' ? 'root' : name;
    openssl('ca', '-config', 'conf', '-batch', '-notext', '-extensions', kind, ...hours, ...how);
  };
  sign('root', YEARS, '-selfsign');
  if (hasMiddle) sign('middle', YEARS);
  sign('stamper', validity, ...(hasMiddle ? ['-name', 'middle'] : []));
  // One serial number after the other: the program keeps it in a file.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  const answer = (query: Uint8Array, hour?: number) =>
    inTurn(async () => {
      await writeFile(at('query'), query);
      const env = hour === undefined ? process.env : { ...process.env, ...clockAt(hour) };
      const args = ['ts', '-reply', '-config', 'conf', '-section', 'stamping', '-queryfile', 'query', '-out', 'answer'];
      await run('openssl', args, { cwd: folder, env });
      return readFile(at('answer'));
    });
  return {
    folder,
    certificates: at('root.pem'),
    pem: await readFile(at('root.pem'), 'utf8'),
    answer,
    stamp: (bytes) => answer(queryOf(createHash('sha256').update(bytes).digest('hex'))),
    revocations(of, reason = 'keyCompromise') {
      const why = reason === null ? [] : ['-crl_reason', reason];
      if (of !== 'nothing') {
        openssl('ca', '-config', 'conf', '-revoke', of === 'itself' ? 'stamper.pem' : 'middle.pem', ...why);
      }
      return openssl('ca', '-config', 'conf', '-gencrl').toString();
    },
  };
}

function queryOf(sha256: string): Buffer {
  return execFileSync('openssl', ['ts', '-query', '-digest', sha256, '-sha256', '-cert'], { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** What an authority that is tried does with a query in the place of answering it. */
export type Answers = (response: ServerResponse, good: () => Promise<Buffer>, query: Buffer) => Promise<void> | void;

/** An authority on the loopback interface. @param clock what it says, ms since the epoch; this machine's, if absent @returns its address, and what it was asked so far */
export async function serveAuthority(
  t: { teardown(end: () => void): void },
  authority: Authority,
  answers: { now: Answers } = { now: honest },
  clock?: () => number,
) {
  const queries: Buffer[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const query = Buffer.concat(parts);
    queries.push(query);
    await answers.now(response, () => authority.answer(query, clock?.()), query);
  };
  const url = await serve(t, (request, response) => void take(request, response).catch(() => response.destroy()));
  return { url, queries };
}

export const honest: Answers = async (response, good) => {
  response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(await good());
};
