import { bilingual, type SameAs } from '../format/said.ts';

/** What is said of the mirrors of a node and of what was fetched from them. */

const en = {
  privateHost: (host: string) => `${host} is in a private network, and only the configuration may name such a mirror`,
  noPointer: (url: string) => `${url} is no pointer`,
  isNotThere: (mirror: string, path: string) => `${mirror} announces it, and has no ${path}`,
  noRanges: (mirror: string) => `${mirror} gives no parts of a file`,
  otherPart: (mirror: string) => `${mirror} sends another part than it was asked for`,
  status: (url: string, status: number) => `${url}: the server answers ${status}`,
  tooLong: (url: string, most: number) => `${url} is over ${most} bytes`,
  cut: (mirror: string, bytes: number, wanted: number) => `${mirror}: ${bytes} bytes came of ${wanted}`,
  otherLength: (mirror: string, bytes: number, signed: number) =>
    `${mirror} has a package of ${bytes} bytes, and one of ${signed} was signed`,
  otherBytes: (mirror: string) => `what ${mirror} gave of the package is not what was signed`,
  silent: (mirror: string) => `${mirror} gives not one byte while others give all`,
  ownDisk: (file: string) => `${file} reads back as other bytes than came: this machine's disk`,
  noRoom: (folder: string, bytes: number) => `${folder} has no room for ${bytes} bytes`,
  nobodyHas: (delivery: string) => `no mirror gave all of ${delivery}`,
  arrived: (delivery: string) => `${delivery} came by another way meanwhile`,
  looking: 'what this node has',
  telling: 'the status of traer',
  fetching: (delivery: string) => `fetching ${delivery}`,
  noAccount: (folder: string) => `${folder} can't be written by this account`,
} as const;

const es: SameAs<typeof en> = {
  privateHost: (host) => `${host} está en una red privada, y un espejo así sólo puede nombrarlo la configuración`,
  noPointer: (url) => `${url} no es un puntero`,
  isNotThere: (mirror, path) => `${mirror} lo anuncia, y no tiene ${path}`,
  noRanges: (mirror) => `${mirror} no da partes de un archivo`,
  otherPart: (mirror) => `${mirror} manda otra parte que la que se le pidió`,
  status: (url, status) => `${url}: el servidor responde ${status}`,
  tooLong: (url, most) => `${url} pasa de ${most} bytes`,
  cut: (mirror, bytes, wanted) => `${mirror}: llegaron ${bytes} bytes de ${wanted}`,
  otherLength: (mirror, bytes, signed) => `${mirror} tiene un paquete de ${bytes} bytes, y el que se firmó es de ${signed}`,
  otherBytes: (mirror) => `lo que ${mirror} dio del paquete no es lo que se firmó`,
  silent: (mirror) => `${mirror} no da ni un byte mientras otros lo dan todo`,
  ownDisk: (file) => `al leer ${file} salen otros bytes que los que llegaron: es el disco de este equipo`,
  noRoom: (folder, bytes) => `en ${folder} no caben ${bytes} bytes`,
  nobodyHas: (delivery) => `ningún espejo dio completa ${delivery}`,
  arrived: (delivery) => `${delivery} llegó mientras tanto por otro camino`,
  looking: 'lo que este nodo tiene',
  telling: 'el estado de traer',
  fetching: (delivery) => `traer ${delivery}`,
  noAccount: (folder) => `esta cuenta no puede escribir en ${folder}`,
};

export const words = bilingual(en, es);
