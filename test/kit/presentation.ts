import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readTemplate } from '../../src/chain/template.ts';
import { installTemplate } from '../../src/difusor/state/templates.ts';
import { type Autorizacion, authorizationPath } from '../../src/format/autorizacion.ts';
import { encode } from './election.ts';
import { writeFiles } from './folders.ts';
import type { KitNode } from './node.ts';

/** A presentation of Vanguardia's, its authorisation, and its template at a node. */

/** A template's files; its page tells what it read of the corte. */
export const TEMPLATE = {
  'index.html':
    '<!doctype html><meta charset="utf-8"><title>Tablero</title><p id="datos"></p><script src="js/tablero.js"></script>\n',
  'js/tablero.js':
    "fetch('corte/datos.json').then((r) => r.text()).then((t) => { document.querySelector('#datos').textContent = t; });\n",
} as const;

/** The hash of the `SHA256SUMS` of a template's files. */
export function sumsOf(files: Readonly<Record<string, string>>): Buffer {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  return Buffer.from(
    Object.keys(files)
      .sort()
      .map((path) => `${hash(files[path] ?? '')}  ${path}\n`)
      .join(''),
  );
}

/** The path and the bytes of an authorisation, for a corte's files. */
export function authorized(
  changes: Partial<Autorizacion> = {},
  files: Readonly<Record<string, string>> = TEMPLATE,
): Record<string, Buffer> {
  const document: Autorizacion = {
    type: 'cotejo/autorizacion',
    format: 1,
    election: 'coahuila-ayuntamientos-2018',
    phase: 'jornada',
    difusor: 'vanguardia',
    name: 'tablero',
    title: 'Tablero de Vanguardia',
    template: {
      sha256: createHash('sha256').update(sumsOf(files)).digest('hex'),
      bytes: Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      files: Object.keys(files).length,
    },
    first: 1,
    last: null,
    ...changes,
  };
  return { [authorizationPath(document)]: encode(document) };
}

/** Installs a template at a node, as the command does. */
export async function install(kit: KitNode, name = 'tablero', files: Readonly<Record<string, string>> = TEMPLATE): Promise<string> {
  const folder = kit.path(`plantilla-${process.hrtime.bigint()}`);
  await writeFiles(folder, files);
  const template = await readTemplate(folder);
  await installTemplate(kit.node.rooms, name, template);
  return join(kit.node.rooms.templates, name, template.sha256);
}
