import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What makes a folder a release: SHA256SUMS, as sha256sum writes it, and its SSHSIG signature. The namespace is the
 * releases' own, so that no signature of a corte or a trust document can pass for one of these, nor the other way round.
 */

export const NAMESPACE = 'release@cotejo';
const SUMS = 'SHA256SUMS';
const SIGNATURE = `${SUMS}.sig`;

/** Writes SHA256SUMS over everything in a folder. @returns its text */
export function writeSums(folder: string): string {
  const text = sumsOf(folder);
  writeFileSync(join(folder, SUMS), text);
  return text;
}

/** @param key a private key's file, or a public one whose private half an ssh-agent has */
export function signSums(folder: string, key: string): void {
  execFileSync('ssh-keygen', ['-Y', 'sign', '-n', NAMESPACE, '-f', key, SUMS], {
    cwd: folder,
    stdio: ['inherit', 'ignore', 'inherit'],
  });
}

/**
 * @param signer the releaser's public key, one line as in a .pub file
 * @returns why the folder is not a release of this signer, or null where it is one
 */
export function whyNot(folder: string, signer: string): string | null {
  const names = new Set(readdirSync(folder));
  for (const name of [SUMS, SIGNATURE]) if (!names.has(name)) return `there is no ${name}`;
  const sums = readFileSync(join(folder, SUMS));
  const why = whyUnsigned(sums, join(folder, SIGNATURE), signer);
  if (why !== null) return why;
  return sums.toString() === sumsOf(folder) ? null : `the files are not those of ${SUMS}: sha256sum --check ${SUMS}`;
}

function whyUnsigned(message: Buffer, signature: string, signer: string): string | null {
  const place = mkdtempSync(join(tmpdir(), 'cotejo-release-'));
  try {
    const allowed = join(place, 'allowed_signers');
    writeFileSync(allowed, `release namespaces="${NAMESPACE}" ${signer.trim()}\n`);
    const args = ['-Y', 'verify', '-n', NAMESPACE, '-f', allowed, '-I', 'release', '-s', signature];
    const { status, error, stdout, stderr } = spawnSync('ssh-keygen', args, { input: message, encoding: 'utf8' });
    if (error) throw error;
    return status === 0 ? null : `${SUMS} is not signed with this key: ${`${stderr}${stdout}`.trim()}`;
  } finally {
    rmSync(place, { recursive: true });
  }
}

function sumsOf(folder: string): string {
  const names = readdirSync(folder)
    .filter((name) => name !== SUMS && name !== SIGNATURE)
    .sort();
  return names.map((name) => `${sha256(join(folder, name))}  ${name}\n`).join('');
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
