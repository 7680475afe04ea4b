import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import type { Figures, Settings, Source } from '../../../src/memoria/figures.ts';
import { GOOGLEBOT, type Hit } from '../lines.ts';

/** An hour and a day of an election, logs that are counted by its rules, and a night of readers. */

export const OPENS = Date.parse('2018-07-01T18:00:00-05:00');
export const CLOSES = Date.parse('2018-07-02T18:00:00-05:00');
export const MINUTE = 60_000;
export const SETTINGS: Settings = { from: OPENS, to: CLOSES, offset: -300, hosts: ['prep.example'], frame: '/cotejo/marco.html' };

export const exact = (value: number) => ({ value, isExact: true, error: 0 });

/** Writes files by their names and counts them, as of a node each unless they say `node/name`. */
export async function counted(
  folder: string,
  files: Readonly<Record<string, string | Buffer>>,
  settings: Partial<Settings> = {},
): Promise<Figures> {
  const sources: Source[] = Object.keys(files).map((name) => ({
    file: join(folder, name.replace('/', '-')),
    node: name.split('/')[0]!,
  }));
  Object.values(files).forEach((content, i) => writeFileSync(sources[i]!.file, content));
  return countLogs(sources, { ...SETTINGS, ...settings });
}

/** Figures without what is of the files. */
export const of = (figures: Figures) => ({ ...figures, files: [], lines: null, overlaps: [], nodes: [] });

/** A night of some readers, of which each asks for a page and what belongs to it, from two nodes. */
export function night(hits: number): Hit[] {
  return Array.from({ length: hits }, (_, i) => ({
    at: OPENS + ((i * 7919) % 86_000) * 1000,
    address: i % 4 ? `192.0.${(i * 31) % 3}.${(i * 37) % 100}` : `2001:db8:${(i % 7).toString(16)}::${(i % 50).toString(16)}`,
    target: ['/', '/a.css', '/datos.json', '/distrito/1.html'][i % 4]!,
    status: i % 11 ? 200 : 304,
    size: i % 11 ? i % 1000 : 0,
    referrer: i % 5 ? 'https://prep.example/' : 'https://busca.example/',
    ...(i % 13 === 0 && { agent: GOOGLEBOT }),
  }));
}
