import { bilingual } from '../format/said.ts';

/** What this room's checks say, to people. */

const en = {
  inFile: (file: string, why: string) => `${file}: ${why}`,
  notRegular: (file: string) => `${file} is not a regular file`,
  unsigned: (file: string) => `${file} has no custodian's signature beside it`,
  signaturesBeside: (file: string) => `its signatures lie beside it as ${file}.NAME.sig, one for each custodian who signed`,
  noText: (file: string) => `${file} is no text`,
  overSignatures: (most: number, document: string) => `over ${most} signatures beside ${document}`,

  inPackage: (why: string) => `corte.tar.gz: ${why}`,
  /** @param complaint of zlib or of the tar reader, in English; @param code of zlib, where it has one */
  unreadable: (complaint: string, _code: string) => `corte.tar.gz can't be read: ${complaint}`,
  afterCompressed: 'something follows the compressed data',
  noMember: 'too much that is no member',
  betweenMembers: 'between two members stands something other than one pax header',
  afterMembers: 'something other than zeros follows the last member',
  endMissing: 'its end is missing',
  afterEnd: 'over 64 KiB follow its end',
  paxKey: (key: string) => `a pax header says ${key}`,
  paxTooLarge: 'a pax header is over 8 KiB',

  templateChanged: (path: string) => `the template changed while it was read: ${path}`,
  sumsOfOthers: (sums: string, folder: string) => `${sums} of ${folder} is not of the files that are there`,
  notUtf8: (name: string) => `${name}: not UTF-8`,
  overEntries: (most: number) => `over ${most} files and folders`,
  tooDeep: 'folders too deep',
  overFiles: (most: number) => `over ${most} files`,
  overBytes: (most: number) => `over ${most} bytes`,
  inTemplate: (path: string, kind: string) => `${path} in the template is ${kind}`,
  symbolicLink: 'a symbolic link',
  fifo: 'a FIFO',
  socket: 'a socket',
  device: 'a device',
  regularOnly: 'a template is made of regular files only',
};

const es: typeof en = {
  inFile: (file, why) => `${file}: ${why}`,
  notRegular: (file) => `${file} no es un archivo regular`,
  unsigned: (file) => `${file} no tiene a su lado la firma de ningún custodio`,
  signaturesBeside: (file) => `sus firmas van a su lado como ${file}.NOMBRE.sig, una por cada custodio que firmó`,
  noText: (file) => `${file} no es texto`,
  overSignatures: (most, document) => `más de ${most} firmas junto a ${document}`,

  inPackage: (why) => `corte.tar.gz: ${why}`,
  unreadable: (_complaint, code) => `corte.tar.gz no se puede leer: está dañado, o no es un archivo tar.gz${code}`,
  afterCompressed: 'hay algo después de lo comprimido',
  noMember: 'demasiado que no es ningún miembro',
  betweenMembers: 'entre dos miembros hay algo más que un encabezado pax',
  afterMembers: 'después del último miembro hay algo más que ceros',
  endMissing: 'le falta el final',
  afterEnd: 'hay más de 64 KiB después de su final',
  paxKey: (key) => `un encabezado pax dice ${key}`,
  paxTooLarge: 'un encabezado pax pasa de 8 KiB',

  templateChanged: (path) => `la plantilla cambió mientras se leía: ${path}`,
  sumsOfOthers: (sums, folder) => `${sums} de ${folder} no es de los archivos que están ahí`,
  notUtf8: (name) => `${name}: no es UTF-8`,
  overEntries: (most) => `más de ${most} archivos y carpetas`,
  tooDeep: 'carpetas a demasiada profundidad',
  overFiles: (most) => `más de ${most} archivos`,
  overBytes: (most) => `más de ${most} bytes`,
  inTemplate: (path, kind) => `${path} en la plantilla es ${kind}`,
  symbolicLink: 'un enlace simbólico',
  fifo: 'un FIFO',
  socket: 'un socket',
  device: 'un dispositivo',
  regularOnly: 'una plantilla se compone sólo de archivos normales',
};

export const words = bilingual(en, es);
