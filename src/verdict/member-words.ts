import { bilingual } from '../format/said.ts';

/** What is said of a package's members; apart from the rest, since the page in a browser opens no package. */

const en = {
  notRegular: (member: string, type: string) => `member ${member} is not a regular file but ${type}`,
  unknownKind: 'of unknown kind',
  notNew: (member: string) => `member ${member} is not new`,
  notListed: (member: string) => `member ${member} is not listed`,
  outOfOrder: (member: string) => `member ${member} is there twice or out of order`,
  holdsMore: 'the package holds more than corte.json says',
  holdsLess: 'the package holds less than corte.json says',
  otherContent: (path: string) => `${path} has another hash than SHA256SUMS says`,
  contentsMissing: (count: number) => `${count} new contents are not in the package`,
};

const es: typeof en = {
  notRegular: (member, type) => `el miembro ${member} no es un archivo regular: es ${type}`,
  unknownKind: 'de un tipo desconocido',
  notNew: (member) => `el miembro ${member} no es nuevo`,
  notListed: (member) => `el miembro ${member} no está en la lista de archivos`,
  outOfOrder: (member) => `el miembro ${member} está repetido o fuera de orden`,
  holdsMore: 'el paquete trae más de lo que dice corte.json',
  holdsLess: 'el paquete trae menos de lo que dice corte.json',
  otherContent: (path) => `${path} tiene otro hash que el que dice SHA256SUMS`,
  contentsMissing: (count) => `faltan en el paquete ${count} contenidos nuevos`,
};

export const words = bilingual(en, es);
