import { bilingual } from '../../format/said.ts';

/** What is said of a node's configuration and of setting up its machine. */

const en = {
  nameWanted: 'expected a name: a-z, 0-9 and inner hyphens, at most 32',
  addressWanted: 'expected an address as https://…',
  titleWanted: 'expected a title',
  originWanted: 'expected an origin as https://www.example.mx, without a path',
  originMeant: (origin: string) => `expected an origin as https://www.example.mx, without a path: ${origin}`,
  originStar:
    'expected an origin as https://www.example.mx, without a path; a * stands only for what is before a domain: https://*.example.mx',
  mostOrigins: (most: number) => `expected at most ${most} origins`,
  mostMirrors: (most: number) => `expected at most ${most} mirrors`,
  writeIt: 'write it with: cotejo difusor init; on an installed node it is /etc/cotejo/difusor.toml',

  notName: (text: string) => `${text} is not a name: a-z, 0-9 and inner hyphens, at most 32`,
  forInstance: (name: string) => `for instance ${name}; its title for citizens is the IEC's to give`,
  thereAlready: (file: string) => `${file} is there already`,
  notChanged: 'nothing was changed: to change it, edit it; for a new one, move this one away or name another',
  otherDocument: (place: string) => `${place} is there already, and is another document`,
  moveAway: 'move it away',
  otherSite: (place: string) => `${place} is there already, and is another site`,
  moveOrChange: 'move it away, or change it by hand',
  programSaid: (command: string, complaint: string) => `${command}: ${complaint}`,
  exitStatus: (status: string) => `exit status ${status}`,
};

const es: typeof en = {
  nameWanted: 'se esperaba un nombre: a-z, 0-9 y guiones interiores, 32 a lo más',
  addressWanted: 'se esperaba una dirección como https://…',
  titleWanted: 'se esperaba un título',
  originWanted: 'se esperaba un origen como https://www.example.mx, sin ruta',
  originMeant: (origin) => `se esperaba un origen como https://www.example.mx, sin ruta: ${origin}`,
  originStar:
    'se esperaba un origen como https://www.example.mx, sin ruta; un * vale sólo por lo que está delante de un dominio: https://*.example.mx',
  mostOrigins: (most) => `se esperaban ${most} orígenes a lo más`,
  mostMirrors: (most) => `se esperaban ${most} espejos a lo más`,
  writeIt: 'escríbalo con: cotejo difusor init; en un nodo instalado es /etc/cotejo/difusor.toml',

  notName: (text) => `${text} no es un nombre: a-z, 0-9 y guiones interiores, 32 a lo más`,
  forInstance: (name) => `por ejemplo ${name}; el título para los ciudadanos lo da el IEC`,
  thereAlready: (file) => `${file} ya existe`,
  notChanged: 'no se cambió nada: para cambiarlo, edítelo; para uno nuevo, mueva éste a otra parte o dé otro nombre',
  otherDocument: (place) => `${place} ya existe, y es otro documento`,
  moveAway: 'muévalo a otra parte',
  otherSite: (place) => `${place} ya existe, y es otro sitio`,
  moveOrChange: 'muévalo a otra parte, o cámbielo a mano',
  programSaid: (command, complaint) => `${command}: ${complaint}`,
  exitStatus: (status) => `estado de salida ${status}`,
};

export const words = bilingual(en, es);
