import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatTime } from '../../src/format/time.ts';
import type { Trust } from '../../src/format/trust.ts';
import type { SignedTrust } from '../../src/verdict/trust-chain.ts';
import { makeKey, type TestKey } from './keys.ts';

/**
 * A whole little election. The keys are made from the names (`makeKey('firma-1')` is firma-1's key), so they need not
 * be passed around. Nothing here checks anything, so that wrong documents can be made, too.
 */

/** The hour of a test that injects its clock. A test that runs the real daemon passes `{ now: Date.now() }`. */
export const NOW = Date.parse('2018-07-02T01:00:00-05:00');

/** minutes east of UTC */
const OFFSET = -300;

export interface KitTrust extends SignedTrust {
  /** What the bytes hold; where raw bytes were signed, whatever `JSON.parse` makes of them. */
  readonly document: Trust;
  readonly sha256: string;
  /** The signature files by custodian; `signatures` has the same in a row. */
  readonly signedBy: Readonly<Record<string, Buffer>>;
}

/** A time of the election's zone. */
export function at(instant: number): string {
  return formatTime(instant, OFFSET);
}

/**
 * Version 1 by default: presidencia, cotaprep and auditor with threshold 2, the open phases simulacro-1 (signer
 * ensayo-1) and jornada (signers firma-1 and relevo-1), which opened 6 hours before `now` and close 9 days after it.
 * @param changes members that replace the default ones
 */
export function makeTrust({ now = NOW, ...changes }: Partial<Trust> & { now?: number } = {}): Trust {
  const hours = (n: number) => at(now + n * 3_600_000);
  const phase = { opens_at: hours(-6), closes_at: hours(9 * 24), period_seconds: 600, missed_limit: 3, grace_seconds: 120 };
  const document: Trust = {
    type: 'cotejo/trust',
    format: 1,
    version: 1,
    previous: null,
    election: 'coahuila-ayuntamientos-2018',
    title: 'PREP Coahuila 2018, Integrantes de los Ayuntamientos',
    issued_at: hours(-30 * 24),
    expires_at: hours(180 * 24),
    threshold: 2,
    custodians: ['presidencia', 'cotaprep', 'auditor'].map(makeCustodian),
    signers: [makeSigner('ensayo-1', 'simulacro-1'), makeSigner('firma-1', 'jornada'), makeSigner('relevo-1', 'jornada')],
    phases: [
      { name: 'simulacro-1', kind: 'simulacro', ...phase },
      { name: 'jornada', kind: 'oficial', ...phase },
    ],
  };
  return { ...document, ...changes };
}

export function makeCustodian(name: string): Trust['custodians'][number] {
  return { name, key: makeKey(name).publicKey };
}

export function makeSigner(name: string, phase: string, first = 1, last: number | null = null): Trust['signers'][number] {
  return { name, key: makeKey(name).publicKey, phase, first, last };
}

/** The document that follows, with what changes; for a wrong successor change `version` or `previous` too. */
export function nextTrust(before: KitTrust, changes: Partial<Trust> = {}): Trust {
  return { ...structuredClone(before.document), version: before.document.version + 1, previous: before.sha256, ...changes };
}

/**
 * @param custodians names, from which the keys are made; or, by name, the keys that sign in that name
 * @param namespace another one makes signatures that don't count
 */
export function signTrust(
  trust: Trust | Uint8Array,
  custodians: readonly string[] | Readonly<Record<string, TestKey>> = ['presidencia', 'cotaprep'],
  namespace = 'trust@cotejo',
): KitTrust {
  const bytes = trust instanceof Uint8Array ? Buffer.from(trust) : encode(trust);
  const keys = Array.isArray(custodians) ? custodians.map((name) => [name, makeKey(name)] as const) : Object.entries(custodians);
  const signedBy = Object.fromEntries(keys.map(([name, key]) => [name, key.signNow(bytes, namespace)]));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const document = trust instanceof Uint8Array ? lenient(bytes) : structuredClone(trust);
  return { document, bytes, sha256, signedBy, signatures: Object.values(signedBy) };
}

/** Writes `<path>` and `<path>.<custodian>.sig` beside it, as an anchor, a chain's trust/ or a delivery has them. */
export async function writeTrust(trust: KitTrust, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, trust.bytes);
  for (const [custodian, file] of Object.entries(trust.signedBy)) await writeFile(`${path}.${custodian}.sig`, file);
  return path;
}

/** The whole of a delivery `trust-<N>`, by file name. */
export function trustFiles(trust: KitTrust): Record<string, Buffer> {
  const name = `${trust.document.version}.json`;
  const signatures = Object.entries(trust.signedBy).map(([custodian, file]) => [`${name}.${custodian}.sig`, file]);
  return { [name]: Buffer.from(trust.bytes), ...Object.fromEntries(signatures) };
}

/** Writes anchor.json and its signatures in a folder. @returns the path of anchor.json */
export function writeAnchor(trust: KitTrust, folder: string): Promise<string> {
  return writeTrust(trust, join(folder, 'anchor.json'));
}

/** The format's spelling, written here a second time so that the kit does not depend on what it tests. */
export function encode(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function lenient(bytes: Uint8Array): Trust {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as Trust;
  } catch {
    return makeTrust(); // bytes that are no JSON at all have no document; only their name on disk needs one
  }
}
