import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CorteFile } from '../../src/format/naming.ts';
import type { Statement } from '../../src/format/statement.ts';
import { at, encode, type KitTrust, trustFiles } from './election.ts';
import { makeKey, type TestKey } from './keys.ts';
import { gzip, type TarMember, tarOf } from './tar.ts';

/**
 * Cortes, right and wrong. At each level a hook may replace what an honest packer would have made, and the later levels
 * are made from the replacement: a hostile package is measured and signed as correctly as an honest one.
 */

export interface CortePlan {
  readonly trust: KitTrust;
  /** path → content of the whole publication */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** The corte before it; absent or null in corte 1. */
  readonly previous?: Corte | null;
  /** 'jornada' if absent */
  readonly phase?: string;
  /** one more than the previous corte's if absent */
  readonly number?: number;
  /** A name, whose key is made from it, or a key; if absent ensayo-1 in simulacro-1 and firma-1 elsewhere. */
  readonly signer?: string | TestKey;
  /** If absent 600 s after the previous corte's; in corte 1 when the phase opens. */
  readonly takenAt?: string;
  readonly final?: boolean;
  readonly note?: string | null;

  // What an attacker, or a bug, changes. Each function is given what an honest packer would have written.
  readonly manifestBytes?: (honest: Buffer) => Buffer;
  readonly members?: (honest: TarMember[]) => TarMember[];
  readonly tar?: (honest: Buffer) => Buffer;
  readonly packageBytes?: (honest: Buffer) => Buffer;
  /** Changes the statement in place, or gives another object, before it is encoded and signed. */
  readonly mutate?: (statement: Statement) => unknown;
  readonly statementBytes?: (honest: Buffer) => Buffer;
  /** 'corte@cotejo' if absent */
  readonly namespace?: string;
  readonly signatureFile?: (honest: Buffer) => Buffer;
}

export interface Corte {
  readonly files: Readonly<Record<CorteFile, Buffer>>;
  /** What an honest reader should find in corte.json; `mutate` shows in it, `statementBytes` does not. */
  readonly statement: Statement;
  /** of corte.json */
  readonly sha256: string;
  readonly manifest: readonly { readonly path: string; readonly sha256: string }[];
  /** path → content of the whole publication */
  readonly content: Readonly<Record<string, Buffer>>;
  /** the name of its delivery's folder */
  readonly delivery: string;
}

export function makeCorte(plan: CortePlan): Corte {
  const previous = plan.previous ?? null;
  const phase = plan.phase ?? 'jornada';
  const number = plan.number ?? (previous?.statement.number ?? 0) + 1;
  const takenAt = plan.takenAt ?? defaultHour(plan.trust, phase, previous);
  const content = Object.fromEntries(Object.entries(plan.files).map(([path, bytes]) => [path, Buffer.from(bytes)]));
  const manifest = Object.keys(content)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((path) => ({ path, sha256: sha256Of(content[path] as Buffer) }));

  const lines = Buffer.from(manifest.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''));
  const sums = plan.manifestBytes?.(lines) ?? lines;

  const seen = new Set(previous?.manifest.map(({ sha256 }) => sha256));
  const fresh = manifest.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
  const honest = fresh.map(({ path }) => member(path, content[path] as Buffer, Date.parse(takenAt) / 1000));
  const members = plan.members?.(honest) ?? honest;
  const whole = tarOf(members);
  const zipped = gzip(plan.tar?.(whole) ?? whole);
  const pack = plan.packageBytes?.(zipped) ?? zipped;

  const drafted: Statement = {
    type: 'cotejo/corte',
    format: 1,
    election: plan.trust.document.election,
    phase,
    number,
    previous: previous?.sha256 ?? null,
    trust: { version: plan.trust.document.version, sha256: plan.trust.sha256 },
    taken_at: takenAt,
    final: plan.final ?? false,
    note: plan.note ?? null,
    manifest: { ...measured(sums), files: countLines(sums), content_bytes: total(Object.values(content).map((c) => c.length)) },
    package: { ...measured(pack), files: members.length, content_bytes: total(members.map(sizeOf)) },
  };
  const changed = plan.mutate?.(drafted);
  const statement = (typeof changed === 'object' && changed !== null ? changed : drafted) as Statement;
  const encoded = encode(statement);
  const json = plan.statementBytes?.(encoded) ?? encoded;

  const signer = plan.signer ?? (phase === 'simulacro-1' ? 'ensayo-1' : 'firma-1');
  const key = typeof signer === 'string' ? makeKey(signer) : signer;
  const signature = key.signNow(json, plan.namespace ?? 'corte@cotejo');
  const signed = plan.signatureFile?.(signature) ?? signature;
  const delivery = `${phase}-${String(number).padStart(6, '0')}`;
  const files = { 'corte.json': json, 'corte.json.sig': signed, SHA256SUMS: sums, 'corte.tar.gz': pack };
  return { files, statement, sha256: sha256Of(json), manifest, content, delivery };
}

/**
 * A run of n cortes whose publication grows: a page and a database that change every time, and ever more actas, two of
 * them equal.
 */
export function makeChain(n: number, plan: Omit<CortePlan, 'files' | 'previous'>): Corte[] {
  const cortes: Corte[] = [];
  for (let i = 1; i <= n; i++) {
    const final = i === n && plan.final === true;
    cortes.push(makeCorte({ ...plan, final, files: publicationOf(i), previous: cortes.at(-1) ?? null }));
  }
  return cortes;
}

/** What the publication holds in its n-th corte. */
export function publicationOf(n: number): Record<string, string> {
  const actas = Array.from({ length: 2 * n }, (_, i) => [`actas/${String(i).padStart(4, '0')} básica.jpg`, `acta ${i}`.repeat(60)]);
  return {
    'index.html': `<!doctype html><title>Resultados preliminares, corte ${n}</title>\n`,
    'css/estilo.css': 'body { margin: 0 }\n',
    'base/COAH_AYUN_2018.csv': actas.map(([path]) => `${path},${n}\n`).join(''),
    'datos/Acuña.json': `{"corte":${n}}\n`,
    'actas/copia.jpg': 'acta 0'.repeat(60),
    ...Object.fromEntries(actas),
  };
}

/**
 * Writes a delivery beside the inbox and renames it in, as the IEC does.
 * @param changes another folder name; files to replace, or to leave out (null)
 * @returns the path of the folder in the inbox
 */
export function writeDelivery(
  inbox: string,
  corte: Corte,
  changes: { name?: string; files?: Readonly<Record<string, string | Buffer | null>> } = {},
): Promise<string> {
  return deliver(inbox, changes.name ?? corte.delivery, { ...corte.files, ...changes.files });
}

/** {@link writeDelivery} for a trust document. */
export function writeTrustDelivery(
  inbox: string,
  trust: KitTrust,
  changes: { name?: string; files?: Readonly<Record<string, string | Buffer | null>> } = {},
): Promise<string> {
  return deliver(inbox, changes.name ?? `trust-${trust.document.version}`, { ...trustFiles(trust), ...changes.files });
}

/** Writes the four files of a corte in a folder of a chain: `<chain>/<phase>/<number>`. */
export async function writeInChain(chain: string, corte: Corte): Promise<string> {
  const folder = join(chain, corte.statement.phase, String(corte.statement.number).padStart(6, '0'));
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(corte.files)) await writeFile(join(folder, name), bytes);
  return folder;
}

async function deliver(inbox: string, name: string, files: Readonly<Record<string, string | Buffer | null>>): Promise<string> {
  await mkdir(inbox, { recursive: true });
  const aside = await mkdtemp(join(dirname(inbox), '.delivery-'));
  const making = join(aside, 'making');
  await mkdir(making);
  for (const [file, bytes] of Object.entries(files)) if (bytes !== null) await writeFile(join(making, file), bytes);
  await rename(making, join(inbox, name));
  await rm(aside, { recursive: true });
  return join(inbox, name);
}

/** A member as an honest packer writes it. */
function member(name: string, content: Buffer, mtime: number): TarMember {
  const bytes = Buffer.from(name);
  const short = bytes.length <= 100 && bytes.every((byte) => byte < 0x80);
  return { name: bytes, content, mtime, ...(short ? {} : { pax: { path: name } }) };
}

function defaultHour(trust: KitTrust, phase: string, previous: Corte | null): string {
  if (previous) return at(Date.parse(previous.statement.taken_at) + 600_000);
  return trust.document.phases.find(({ name }) => name === phase)?.opens_at ?? trust.document.issued_at;
}

function measured(bytes: Buffer): { sha256: string; bytes: number } {
  return { sha256: sha256Of(bytes), bytes: bytes.length };
}

function sizeOf(member: TarMember): number {
  return member.size ?? Buffer.from(member.content ?? '').length;
}

function countLines(bytes: Buffer): number {
  return bytes.reduce((n, byte) => n + (byte === 0x0a ? 1 : 0), 0);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The names of the cortes in the folder of a phase of a chain, in order; beside them is what is derived of them. */
export async function cortesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^\d{6}$/.test(name)).sort();
}
