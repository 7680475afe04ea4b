import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Memoria } from '../memoria.ts';
import { csvOf, type Table } from '../table/csv.ts';
import { figureTables } from '../table/figures.ts';
import { happeningTables, incidentsJson, memoriaJson } from '../table/happenings.ts';
import { FILE_MODE, FOLDER_MODE } from './seal.ts';
import { ABOUT } from './verify.ts';

/** The files of a memoria that are made of its values, by path; the document and the access logs come besides. */
export function dataFiles(memoria: Memoria): Record<string, string> {
  const tables: Record<string, Table> = { ...figureTables(memoria.figures, memoria.base), ...happeningTables(memoria) };
  const csv = Object.entries(tables).map(([name, table]) => [`${TABLES}/${name}.csv`, csvOf(table)]);
  return {
    ...Object.fromEntries(csv),
    'incidentes.json': `${JSON.stringify(incidentsJson(memoria), null, 2)}\n`,
    [ABOUT]: `${JSON.stringify(memoriaJson(memoria), null, 2)}\n`,
  };
}

const TABLES = 'datos';
export const DOCUMENT = 'memoria.html';
/** Where the copies of the access logs lie. */
export const LOGS = 'bitacoras';

/** Writes files into a folder that is not yet anybody's; durable only once the file system was synced. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: FOLDER_MODE });
    writeFileSync(join(folder, path), text, { mode: FILE_MODE, flag: 'wx' });
  }
}
