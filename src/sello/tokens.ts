import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { namesIn } from '../disk/names-in.ts';
import type { Ended } from '../disk/program.ts';
import type { Hash } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { ToldError } from '../format/said.ts';
import { hourIn, isOfSha256 } from './hour.ts';
import { listsIn } from './lists.ts';
import { NotGood, whyNotGood } from './not-good.ts';
import { openssl } from './openssl.ts';
import type { RevocationList } from './revocation.ts';
import { readVouching, requireNotRevoked, usableList } from './revoked.ts';
import { words } from './words.ts';

/**
 * Time-stamp tokens made and checked by `openssl ts`, the same program by which anyone checks them without this one. What
 * is checked is copied into a folder of our own first, so that nobody changes it between two looks.
 */

interface Token {
  /** the hour that the authority signed, ms since the epoch */
  readonly at: number;
}

export interface Tokens {
  /** @returns a query for a token of a `corte.json`, with a nonce, which asks for the authority's certificate too */
  query(corte: Hash): Promise<Uint8Array>;
  /**
   * Checks the answer to a query that was made just now, by the certificates as they are valid now.
   * @param certificates a file of them and of their revocation lists (PEM), roots included; nothing else of this machine is
   *   believed
   * @throws NotGood; ToldError where openssl can't be run
   */
  checkAnswer(answer: Uint8Array, query: Uint8Array, certificates: string): Promise<Token>;
  /** Checks a token that was kept, as of its own hour: a certificate that has ended since is as good as it was then. @throws as above */
  check(token: Uint8Array, corte: Hash, certificates: string): Promise<Token>;
  /**
   * @param list a revocation list as it was fetched, DER or PEM
   * @param certificates as above; the one that signed the list is among them
   * @returns it in PEM @throws ToldError where it is none, or `listOf` has nothing of it
   */
  checkList(list: Uint8Array, certificates: string): Promise<string>;
  /**
   * @param pem one list @param certificates a text of PEM
   * @returns what it says; null where it can't be evaluated: it can't be read, none of them signed it, or it is of a kind
   *   that is not known here @throws ToldError where openssl can't be run
   */
  listOf(pem: string, certificates: string): Promise<RevocationList | null>;
  /** Removes the folder. */
  close(): Promise<void>;
}

/** What it prints of one token, bytes. */
const TEXT_BYTES = 256 * 1024;

/** How the temporary folders begin. */
const BEGINS = 'cotejo-sellos-';

/** Removes what killed processes left. To be called where nobody else has tokens opened. @param within as below */
export async function sweepTokens(within: string): Promise<void> {
  const left = (await namesIn(within)).filter((name) => name.startsWith(BEGINS));
  for (const name of left) await fs.rm(join(within, name), { recursive: true, force: true });
}

/** @param within where a temporary folder is made @throws Error where it can't be */
export async function openTokens(within = tmpdir()): Promise<Tokens> {
  const folder = await fs.mkdtemp(join(within, BEGINS));
  let count = 0;

  /** Gives a prefix of names that nobody else uses, and removes what came to lie under them. */
  async function apart<T>(work: (prefix: string) => Promise<T>): Promise<T> {
    count += 1;
    const own = join(folder, String(count));
    await fs.mkdir(own);
    try {
      return await work(own);
    } finally {
      await fs.rm(own, { recursive: true, force: true });
    }
  }

  const lists = listsIn(apart);

  async function checked(bytes: Uint8Array, own: string, verify: readonly string[], certificates: string, asOf: 'now' | 'then') {
    if (bytes.length > LIMITS.selloBytes) throw new NotGood('not-a-token', words.notAToken);
    const [answer, text] = [join(own, 'answer.tsr'), join(own, 'token.txt')];
    await fs.writeFile(answer, bytes);
    // Of its token alone: see hour.ts.
    const printed = await openssl(['ts', '-reply', '-in', answer, '-token_out', '-text', '-out', text]);
    if (printed.status !== 0) throw await whyNoToken(answer, printed);
    const said = (await readBounded(text, TEXT_BYTES)).toString('latin1');
    const at = hourIn(said);
    if (at === null) throw new NotGood('not-a-token', words.noHour);
    if (!isOfSha256(said)) throw new NotGood('other-hash', words.otherHash);
    // Before openssl: it takes no certificate of a file with a list that it can't read.
    const vouching = await readVouching(lists, certificates);
    const hour = asOf === 'then' ? ['-attime', String(Math.floor(at / 1000))] : [];
    const { status, complaint } = await openssl(['ts', '-verify', '-in', answer, '-CAfile', certificates, ...verify, ...hour]);
    if (status !== 0) throw whyNotGood(complaint);
    await requireNotRevoked(lists, { answer, own, vouching, hour: at });
    return { at };
  }

  return {
    query: (corte) =>
      apart(async (own) => {
        const file = join(own, 'query.tsq');
        const { status, complaint } = await openssl(['ts', '-query', '-digest', corte, '-sha256', '-cert', '-out', file]);
        if (status !== 0) throw new ToldError(words.opensslSays(complaint));
        return readBounded(file, LIMITS.selloBytes);
      }),
    checkAnswer: (answer, query, certificates) =>
      apart(async (own) => {
        const file = join(own, 'query.tsq');
        await fs.writeFile(file, query);
        return checked(answer, own, ['-queryfile', file], certificates, 'now');
      }),
    check: (token, corte, certificates) => apart((own) => checked(token, own, ['-digest', corte], certificates, 'then')),
    checkList: (list, certificates) =>
      apart(async (own) => {
        const [given, pem] = [join(own, 'given.crl'), join(own, 'list.pem')];
        await fs.writeFile(given, list);
        const form = Buffer.from(list).includes('-----BEGIN X509 CRL-----') ? 'PEM' : 'DER';
        const { status } = await openssl(['crl', '-in', given, '-inform', form, '-out', pem]);
        if (status !== 0) throw new ToldError(words.noList);
        const text = (await readBounded(pem, 2 * LIMITS.autoridadBytes)).toString('latin1');
        const signers = (await readBounded(certificates, LIMITS.autoridadBytes)).toString('latin1');
        if ((await usableList(lists, text, signers)) === null) throw new ToldError(words.noList);
        return text;
      }),
    listOf: (pem, certificates) => usableList(lists, pem, certificates),
    close: () => fs.rm(folder, { recursive: true, force: true }),
  };
}

/** An answer without a token may say that there is none to be had. */
async function whyNoToken(answer: string, { complaint }: Ended): Promise<NotGood> {
  const { status } = await openssl(['ts', '-reply', '-in', answer, '-text', '-out', '/dev/null']);
  if (status === 0) return new NotGood('rejected', words.rejected);
  const why = whyNotGood(complaint);
  return why.code === 'rejected' ? why : new NotGood('not-a-token', words.notAToken);
}
