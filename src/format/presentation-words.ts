import { bilingual } from './said.ts';

/** What is said of a presentation's template and of its authorisation; apart from the rest, since the badge reads neither. */

const en = {
  lastEarly: 'last is before first',
  shouldBe: (path: string) => `it should be ${path}`,
  countBytes: (most: number) => `over ${most} bytes`,
  unserved: 'no site shows it',
  corteIsThere: 'there the files of the corte are',
  listOfFiles: 'it is the list of the files',
  noIndex: 'it has no index.html',
};

const es: typeof en = {
  lastEarly: 'last es anterior a first',
  shouldBe: (path) => `debería ser ${path}`,
  countBytes: (most) => `más de ${most} bytes`,
  unserved: 'ningún sitio lo muestra',
  corteIsThere: 'ahí están los archivos del corte',
  listOfFiles: 'es la lista de los archivos',
  noIndex: 'no tiene index.html',
};

export const words = bilingual(en, es);
