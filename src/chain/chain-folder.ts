import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { replaceFile } from '../disk/durable.ts';
import { namesIn } from '../disk/names-in.ts';
import { encodeDocument, isName } from '../format/document.ts';
import { type Hash, hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import type { Manifest } from '../format/manifest.ts';
import { parseSixDigits, sixDigits } from '../format/naming.ts';
import { parseStatement } from '../format/statement.ts';
import { codeOf } from '../format/thrown.ts';
import { checkManifest, type Head } from '../verdict/corte.ts';
import { writeTiles } from './tiles.ts';

/** A chain folder on this machine: what the IEC has archived, or what a Difusor has admitted. */

/** A corte of the chain with what it lists. */
export interface KnownCorte extends Head {
  readonly manifest: Manifest;
}

export function corteFolder(chain: string, phase: string, number: number): string {
  return join(chain, phase, sixDigits(number));
}

export function trustFolder(chain: string): string {
  return join(chain, 'trust');
}

/** The phases of which the chain has a folder, by name. */
async function phasesOf(chain: string): Promise<string[]> {
  const entries = await namesIn(chain);
  return entries.filter((name) => isName(name) && name !== 'trust').sort();
}

/**
 * The number of a phase's newest corte, 0 where there is none: the end of the unbroken run from 1. A folder past a gap
 * is not part of the chain.
 */
export async function lastNumber(chain: string, phase: string): Promise<number> {
  const numbers = new Set((await namesIn(join(chain, phase))).map(parseSixDigits));
  let last = 0;
  while (numbers.has(last + 1)) last += 1;
  return last;
}

/**
 * Reads back a corte that was admitted (or packed) here. Its signature was checked then; here its files are only
 * checked against each other, so that a damaged chain does not pass for a good one.
 * @throws Refusal where the folder no longer agrees with itself; Error where it can't be read
 */
export async function readCorte(chain: string, phase: string, number: number): Promise<KnownCorte> {
  const { statement, sha256 } = await readStatement(chain, phase, number);
  const sums = await readBounded(join(corteFolder(chain, phase, number), 'SHA256SUMS'), LIMITS.manifestBytes);
  const manifest = checkManifest(sums, createHash('sha256').update(sums).digest('hex'), statement);
  return { statement, sha256, manifest };
}

/** Reads the statement of a corte of this machine's chain without its manifest, which is cheap enough for every turn. */
export async function readStatement(chain: string, phase: string, number: number): Promise<Head> {
  const corteJson = await readBounded(join(corteFolder(chain, phase, number), 'corte.json'), LIMITS.documentBytes);
  return { statement: parseStatement(corteJson), sha256: hashOf(corteJson) };
}

/** As {@link readStatement}; null where the chain does not have that corte. */
export async function statementIfThere(chain: string, phase: string, number: number): Promise<Head | null> {
  try {
    return await readStatement(chain, phase, number);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The hash of a corte's `corte.json` in this machine's chain; null where the chain does not have that corte. */
export async function hashOfCorte(chain: string, phase: string, number: number): Promise<Hash | null> {
  return (await statementIfThere(chain, phase, number))?.sha256 ?? null;
}

/** What the newest corte of a phase says, or null before its first. */
export async function readNewest(chain: string, phase: string): Promise<Head | null> {
  const number = await lastNumber(chain, phase);
  return number === 0 ? null : readStatement(chain, phase, number);
}

/** The newest corte of a phase with its manifest, or null before its first. @internal */
export async function readHead(chain: string, phase: string): Promise<KnownCorte | null> {
  const number = await lastNumber(chain, phase);
  return number === 0 ? null : readCorte(chain, phase, number);
}

/**
 * Writes what is derived of the chain for readers over the web, unsigned: `index.json`, which tells how far it goes, and
 * the history in tiles.
 * @returns why a tile could not be written, or null: a tile is read by nobody who needs it, so that an old file that can't
 *   be read any more keeps no new corte from being shown
 * @throws Error where the index can't be written, or the newest corte of a phase not be read; the chain itself is untouched
 */
export async function writeIndex(chain: string, election: string, trust: number): Promise<{ readonly error: unknown } | null> {
  const phases: Record<string, { number: number; corte: Hash }> = {};
  for (const phase of await phasesOf(chain)) {
    const newest = await readNewest(chain, phase);
    if (newest) phases[phase] = { number: newest.statement.number, corte: newest.sha256 };
  }
  await replaceFile(join(chain, 'index.json'), encodeDocument({ election, trust, phases }));
  let failure: { readonly error: unknown } | null = null;
  for (const phase of await phasesOf(chain)) {
    try {
      await writeTiles(chain, phase, phases[phase]?.number ?? 0);
    } catch (error) {
      failure ??= { error };
    }
  }
  return failure;
}
