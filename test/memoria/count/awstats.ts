import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from '../../../src/memoria/figures.ts';
import { fileIn, named, readGuide } from '../../kit/guide.ts';

/** Debian's AWStats as an oracle, with the configuration that stands in docs/memoria.md and, of copies, by its commands. */

/** A test that asks it requires this file of the package `awstats`. */
export const AWSTATS = '/usr/lib/cgi-bin/awstats.pl';

/** Of the same package: puts logs of several servers together by their hours, those that are compressed too. */
const MERGE = '/usr/share/awstats/tools/logresolvemerge.pl';

const CONFIG = await fileIn('memoria', 'conf');
const COMMANDS = named(await readGuide('memoria'), 'awstats');
/** Where the configuration has what was counted. */
const DATA = 'awstats-datos';

export interface Oracle {
  readonly visits: number;
  readonly visitors: number;
  /** by hour of the day: pages, hits, bytes, and of what it does not count pages, hits, bytes */
  readonly hours: readonly (readonly number[])[];
  /** pages, hits, bytes, visits */
  readonly days: Readonly<Record<string, readonly number[]>>;
}

/**
 * What AWStats says of the log `acceso.log` in a folder: one of combined lines, of one month, in the order of their hours.
 * @throws Error where it counted nothing, or several months
 */
export function askOracle(folder: string): Oracle {
  mkdirSync(join(folder, DATA));
  writeFileSync(join(folder, 'awstats.prep.conf'), CONFIG);
  execFileSync('perl', [AWSTATS, '-config=prep', `-configdir=${folder}`, '-update'], {
    cwd: folder,
    env: { ...process.env, AWSTATS_ENABLE_CONFIG_DIR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return countedIn(folder);
}

/**
 * What AWStats says of the copies of a memoria to whoever does what the guide says.
 * @param folder that has nothing, or what was left by an earlier time
 * @throws Error as {@link askOracle}
 */
export function askAsGuided(memoria: string, folder: string): Oracle {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'memoria'), { force: true });
  symlinkSync(memoria, join(folder, 'memoria'));
  writeFileSync(join(folder, 'awstats.prep.conf'), CONFIG);
  execFileSync('bash', ['-c', COMMANDS], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return countedIn(folder);
}

function countedIn(folder: string): Oracle {
  const [file, ...others] = readdirSync(join(folder, DATA));
  if (file === undefined || others.length > 0) throw new Error(`AWStats wrote ${[file, ...others].join(' ')}`);
  const data = readFileSync(join(folder, DATA, file), 'latin1');
  const rowsOf = (section: string) => {
    const match = new RegExp(`^BEGIN_${section} .*\\n([^]*?)^END_${section}$`, 'm').exec(data);
    return (match?.[1] ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '));
  };
  const general = Object.fromEntries(rowsOf('GENERAL').map(([name, value]) => [name, Number(value)]));
  return {
    visits: general['TotalVisits'] ?? -1,
    visitors: general['TotalUnique'] ?? -1,
    hours: rowsOf('TIME').map(([, ...figures]) => figures.map(Number)),
    days: Object.fromEntries(rowsOf('DAY').map(([day, ...figures]) => [day, figures.map(Number)])),
  };
}

/** As {@link askOracle}, of several logs, each of which is in order. @param folder that is made */
export function askOracleOf(logs: readonly string[], folder: string): Oracle {
  mkdirSync(folder);
  const merged = execFileSync('perl', [MERGE, ...logs], { maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });
  writeFileSync(join(folder, 'acceso.log'), merged);
  return askOracle(folder);
}

/** Of the hours of the day, ours in AWStats's order: as there, those of all days of the period. */
export function hoursOf({ hours }: Pick<Figures, 'hours'>): number[][] {
  const rows = Array.from({ length: 24 }, () => [0, 0, 0, 0, 0, 0]);
  for (const { from, pages, hits, bytes, robots, unseen } of hours) {
    const apart = [robots.pages + unseen.pages, robots.requests + unseen.requests, robots.bytes + unseen.bytes];
    const row = rows[Number(from.slice(11, 13))]!;
    for (const [i, figure] of [pages, hits, bytes, ...apart].entries()) row[i]! += figure;
  }
  return rows;
}
