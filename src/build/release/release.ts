import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, cwd, env, exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { compileCommit, packFolder, readCommit } from './archive.ts';
import { billOfMaterials } from './sbom.ts';
import { signSums, whyNot, writeSums } from './sums.ts';

/**
 * `npm run release`: makes a release of the clone's commit in a folder, or verifies one. What is made twice of one commit
 * is the same, to the byte. Exit 0: made, or authentic; 1: not authentic; 2: wrong usage; 3: it could not be made.
 */

const USAGE = `usage: npm run release -- --out DIR [--key FILE]            make one; without --key, unsigned
       npm run release -- --verify DIR --signer FILE.pub    verify one
`;

/** @param key absent for a rehearsal, or to compare one's own with a release */
function make(root: string, out: string, key: string | undefined): void {
  const commit = readCommit(root, env.SOURCE_DATE_EPOCH);
  if (key !== undefined) requireChanges(root, commit.version);
  mkdirSync(out, { recursive: true });
  if (readdirSync(out).length > 0) throw new Error(`${out} is not empty`);
  const name = `cotejo-${commit.version}`;
  const place = mkdtempSync(join(tmpdir(), 'cotejo-release-'));
  try {
    compileCommit(root, place, name);
    packFolder(place, name, commit.epoch, join(out, `${name}.tar.gz`));
    writeFileSync(join(out, `${name}.cdx.json`), billOfMaterials(join(place, name), commit.epoch));
  } finally {
    rmSync(place, { recursive: true });
  }
  stdout.write(writeSums(out));
  if (key === undefined) stderr.write('not signed: no --key\n');
  else signSums(out, key);
}

/** A signed release must say in CHANGELOG.md what changed since the one before. */
function requireChanges(root: string, version: string): void {
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm');
  const changes = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  if (!heading.test(changes)) throw new Error(`CHANGELOG.md has no section “## ${version} (the date)”`);
}

function main(): number {
  const options = {
    out: { type: 'string' },
    key: { type: 'string' },
    verify: { type: 'string' },
    signer: { type: 'string' },
  } as const;
  let asked: { out?: string; key?: string; verify?: string; signer?: string };
  try {
    asked = parseArgs({ args: argv.slice(2), options }).values;
  } catch {
    asked = {};
  }
  const { out, key, verify, signer } = asked;
  if (verify !== undefined && signer !== undefined && out === undefined && key === undefined) {
    const why = whyNot(verify, readFileSync(signer, 'utf8'));
    stdout.write(why === null ? 'authentic\n' : `NOT authentic: ${why}\n`);
    return why === null ? 0 : 1;
  }
  if (out === undefined || verify !== undefined || signer !== undefined) {
    stderr.write(USAGE);
    return 2;
  }
  if (key !== undefined && !existsSync(key)) throw new Error(`${key}: no such file`);
  make(cwd(), resolve(out), key && resolve(key));
  return 0;
}

try {
  exit(main());
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(3);
}
