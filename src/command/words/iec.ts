import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec pack` and `cotejo iec heal`. */

const en = {
  iec: 'the Institute: makes the cortes and brings them to every Difusor',
  pack: 'make the next corte of a folder',
  source: 'the folder that is published',
  chain: 'the chain folder, with its trust/',
  phase: 'the phase, as the trust document names it',
  exclude: 'leave out this name, a path or a pattern with *; may be given several times',
  oficial: "the IEC's own documents, which become the folder oficial/ of the publication",
  config:
    "the IEC's configuration: of its Difusores oficial/padron.json is made; its oficial and exclude hold, and the nodes are asked for cortes of another machine",
  takenAt: 'the hour of the corte, YYYY-MM-DDThh:mm:ss±hh:mm (default: now)',
  note: 'why this corte is unlike the others, at most 500 characters, signed with it',
  final: 'this is the last corte of the phase; nothing follows it',
  strict: 'refuse new pages and style sheets that refer to the root of the site, or above it',
  heal: 'set aside the cortes that the newest trust document disowns, as every Difusor does by itself',

  healed: (phase: string, from: number, to: number, folder: string) =>
    `${phase}: cortes ${from} to ${to} are now in ${folder}; the next is corte ${from}`,
  nothingToHeal: 'nothing to heal',
  chainHeld: 'another process changes the chain: waiting until it is done',
  noTime: (text: string) => `--taken-at ${text} is no time`,
  asTime: 'write it as 2018-07-01T20:00:00-05:00',
  noExclude: (name: string, why: string) => `--exclude ${name}: ${why}`,
  noIndex: (why: string) => `the chain is right, but a file that only tells of it could not be written: ${why}`,
  askFirst: 'cotejo iec relevo asks the nodes, and tells how to go on',
  askedNobody:
    'without --config no node is asked whether another machine has signed this number, and `cotejo iec run` does not know this corte as its own',
  noMark: (why: string) => `that this machine signed it could not be noted, so the next time it asks the nodes: ${why}`,
  logoLeftOut: (difusor: string, why: string) => `the logo of ${difusor} is left out: ${why}`,
  notEverySite: (paths: string) => `not every site shows ${paths}`,
  andMore: (paths: string, more: string) => `${paths} and ${more} more`,
  leaving: (count: number, some: string) =>
    count === 1
      ? `a reference leads to the root of the site: ${some}`
      : `${count} references lead to the root of the site: ${some}`,
  relative:
    'at the corte’s own address, /cotejo/c/N/, that is another corte or nothing: write them relative, and within it (--strict refuses them)',
  leaveOut: 'leave such names out with --exclude, or exclude = […] in the configuration',
  corte: (number: number, phase: string, time: string, isFinal: boolean) =>
    `corte ${number} of ${phase}, ${time}${isFinal ? ', final' : ''}`,
  files: (files: string, bytes: string) => `  files    ${files}, ${bytes} bytes`,
  newOnes: (files: string, bytes: string, whole: string) => `  new      ${files}, ${bytes} bytes; the package has ${whole}`,
  hash: (groups: string) => `  hash     ${groups}`,
  folder: (folder: string) => `  folder   ${folder}`,
  packing: (files: string, ofFiles: string, percent: number) => `packing: ${files} of ${ofFiles} files, ${percent} %`,
};

const es: SameAs<typeof en> = {
  iec: 'el Instituto: hace los cortes y los entrega a todos los Difusores',
  pack: 'hace de una carpeta el siguiente corte',
  source: 'la carpeta que se publica',
  chain: 'la carpeta de la cadena, con su trust/',
  phase: 'la fase, como la nombra el documento de confianza',
  exclude: 'deja fuera este nombre, una ruta o un patrón con *; puede darse varias veces',
  oficial: 'los documentos propios del IEC, que son la carpeta oficial/ de la publicación',
  config:
    'la configuración del IEC: de sus Difusores se hace oficial/padron.json; valen su oficial y su exclude, y se pregunta a los nodos por cortes de otro equipo',
  takenAt: 'la hora del corte, AAAA-MM-DDThh:mm:ss±hh:mm (si se omite, ahora)',
  note: 'por qué este corte es distinto de los demás, a lo más 500 caracteres; se firma con él',
  final: 'es el último corte de la fase; nada lo sigue',
  strict: 'rechaza las páginas y hojas de estilo nuevas que remiten a la raíz del sitio, o más arriba',
  heal: 'aparta los cortes que el documento de confianza más nuevo desconoce, como cada Difusor lo hace por sí solo',

  healed: (phase, from, to, folder) =>
    `${phase}: los cortes ${from} a ${to} están ahora en ${folder}; el siguiente es el corte ${from}`,
  nothingToHeal: 'no hay nada que apartar',
  chainHeld: 'otro proceso está cambiando la cadena: se espera a que termine',
  noTime: (text) => `--taken-at ${text} no es una hora`,
  asTime: 'escríbala como 2018-07-01T20:00:00-05:00',
  noExclude: (name, why) => `--exclude ${name}: ${why}`,
  noIndex: (why) => `la cadena está bien, pero no se pudo escribir un archivo que sólo la describe: ${why}`,
  askFirst: 'cotejo iec relevo pregunta a los nodos y dice cómo seguir',
  askedNobody:
    'sin --config no se pregunta a ningún nodo si otro equipo ya firmó este número, y `cotejo iec run` no reconoce este corte como suyo',
  noMark: (why) => `no se pudo anotar que lo firmó este equipo, así que la próxima vez pregunta a los nodos: ${why}`,
  logoLeftOut: (difusor, why) => `el logotipo de ${difusor} se queda fuera: ${why}`,
  notEverySite: (paths) => `no todos los sitios muestran ${paths}`,
  andMore: (paths, more) => `${paths} y ${more} más`,
  leaving: (count, some) =>
    count === 1
      ? `una referencia lleva fuera de la publicación: ${some}`
      : `${count} referencias llevan fuera de la publicación: ${some}`,
  relative:
    'en la dirección propia del corte, /cotejo/c/N/, eso es otro corte o nada: escríbalas relativas, y dentro de ella (con --strict se rechazan)',
  leaveOut: 'déjelos fuera con --exclude, o con exclude = […] en la configuración',
  corte: (number, phase, time, isFinal) => `corte ${number} de ${phase}, ${time}${isFinal ? ', final' : ''}`,
  files: (files, bytes) => `  archivos  ${files}, ${bytes} bytes`,
  newOnes: (files, bytes, whole) => `  nuevos    ${files}, ${bytes} bytes; el paquete tiene ${whole}`,
  hash: (groups) => `  código    ${groups}`,
  folder: (folder) => `  carpeta   ${folder}`,
  packing: (files, ofFiles, percent) => `empacando: ${files} de ${ofFiles} archivos, ${percent} %`,
};

export const IEC = bilingual(en, es);
