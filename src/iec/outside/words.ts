import { bilingual, type SameAs } from '../../format/said.ts';

/**
 * What a reader sees at a Difusor's address, as the IEC says it. It accuses nobody of what may be the doing of the IEC's
 * own network, of a proxy on the way, or of a cache.
 */

const english = {
  upToDate: (number: number) => `shows corte ${number}, the newest`,
  onItsWay: (number: number, head: number) => `shows corte ${number}; corte ${head} was only just made`,
  waits: 'shows the wait, as it should at this hour',
  noticeDue: 'shows the notice, as it should: the newest corte is stale',
  behind: (number: number, head: number) => `shows corte ${number}; the newest is ${head}`,
  disowned: (number: number, head: number) =>
    `shows corte ${number}, which the custodians disowned, and has not heard of that; the newest is ${head}`,
  oldCache: (number: number, signed: number) =>
    `readers get corte ${number} although its node signed that it publishes corte ${signed}: a cache before it may keep old pages`,
  oldPages: (older: number, number: number) =>
    `readers get corte ${older} whole, although the site says that it shows corte ${number}: a cache before it may keep old pages`,
  disownedPages: (number: number) =>
    `readers get files of a corte that the custodians disowned, although the site says that it shows corte ${number}: a cache before it may keep old pages`,
  notice: (head: number) => `shows the notice; the newest corte is ${head}`,
  noticeSigned: (signed: number) => `shows the notice although its node signed that it publishes corte ${signed}`,
  noNotice: (number: number) => `shows corte ${number}, which is stale: the notice is due`,
  stillWaits: (head: number) => `still shows the wait; the newest corte is ${head}`,
  mixed: (number: number, older: number, path: string) => `files of corte ${number} and of corte ${older} together, as ${path}`,
  altered: (number: number, files: number, path: string) =>
    `files with bytes that are not of corte ${number}, nor of one before it: ${files} (${path})`,
  lacks: (number: number, files: number, path: string) => `files of corte ${number} that are not there: ${files} (${path})`,
  nothing: 'nothing of the publication is at that address',
  noPointer: 'nothing there says which corte is shown (/cotejo/ultimo.json)',
  otherPhase: (phase: string, expected: string) => `shows phase ${phase}, and not ${expected}`,
  otherElection: (election: string, expected: string) => `shows election ${election}, and not ${expected}`,
  otherCorte: (number: number) => `says that it shows another corte ${number} than the one that the IEC signed`,
  future: (number: number, head: number) => `says that it shows corte ${number}; the newest of the IEC is ${head}`,
  foreignAcuse: (node: string, why: string) => `${node} signed for a corte that is not the IEC's: ${why}`,
  blocked: (why: string) => `something on the way answers in its place: ${why}`,
  page: 'a web page in the place of the pointer',
  denied: (status: number) => `the answer is ${status}`,
  notAPointer: 'what came as the pointer is none',
  elsewhere: (location: string) => `leads to another site, ${location}`,
  certificate: (why: string) => `as seen from the IEC the certificate is not good: ${why}`,
  noName: (host: string) => `there is no host ${host}, as seen from the IEC`,
  noConnection: (why: string) => `no connection from the IEC: ${why}`,
  noAnswer: (why: string) => `no answer in time, as seen from the IEC: ${why}`,
  serverFails: (status: number) => `the server answers ${status}`,
  ownTrouble: (why: string) => `this machine of the IEC could not look: ${why}`,
  ownWayOut: (failed: number, asked: number) =>
    `${failed} of ${asked} sites can't be seen at once: it is probably the IEC's own way to the Internet, and says nothing of this site`,
  tooMuchTime: (seconds: number) => `the look was ended after ${seconds} s`,
  tooManyBytes: (bytes: number) => `the look was ended after ${bytes} bytes`,
} as const;

const spanish: SameAs<typeof english> = {
  upToDate: (number) => `muestra el corte ${number}, el más reciente`,
  onItsWay: (number, head) => `muestra el corte ${number}; el ${head} se acaba de emitir`,
  waits: 'muestra la espera, como debe a esta hora',
  noticeDue: 'muestra el aviso, como debe: el corte más reciente ya no es vigente',
  behind: (number, head) => `muestra el corte ${number}; el más reciente es el ${head}`,
  disowned: (number, head) =>
    `muestra el corte ${number}, que los custodios desconocieron, y todavía no lo sabe; el más reciente es el ${head}`,
  oldCache: (number, signed) =>
    `al lector le llega el corte ${number}, aunque su nodo firmó que publica el ${signed}: puede ser una caché que guarda páginas viejas`,
  oldPages: (older, number) =>
    `al lector le llega entero el corte ${older}, aunque el sitio dice mostrar el ${number}: puede ser una caché que guarda páginas viejas`,
  disownedPages: (number) =>
    `al lector le llegan archivos de un corte que los custodios desconocieron, aunque el sitio dice mostrar el ${number}: puede ser una caché que guarda páginas viejas`,
  notice: (head) => `muestra el aviso; el corte más reciente es el ${head}`,
  noticeSigned: (signed) => `muestra el aviso, aunque su nodo firmó que publica el corte ${signed}`,
  noNotice: (number) => `muestra el corte ${number}, que ya no es vigente: debería mostrar el aviso`,
  stillWaits: (head) => `todavía muestra la espera; el corte más reciente es el ${head}`,
  mixed: (number, older, path) => `archivos del corte ${number} y del corte ${older} mezclados, como ${path}`,
  altered: (number, files, path) => `archivos con bytes que no son del corte ${number} ni de uno anterior: ${files} (${path})`,
  lacks: (number, files, path) => `archivos del corte ${number} que no están: ${files} (${path})`,
  nothing: 'en esa dirección no hay nada de la publicación',
  noPointer: 'nada dice ahí qué corte se muestra (/cotejo/ultimo.json)',
  otherPhase: (phase, expected) => `muestra la fase ${phase}, y no ${expected}`,
  otherElection: (election, expected) => `muestra la elección ${election}, y no ${expected}`,
  otherCorte: (number) => `dice mostrar otro corte ${number} que el que firmó el IEC`,
  future: (number, head) => `dice mostrar el corte ${number}; el más reciente del IEC es el ${head}`,
  foreignAcuse: (node, why) => `${node} firmó por un corte que no es del IEC: ${why}`,
  blocked: (why) => `algo en el camino responde en su lugar: ${why}`,
  page: 'una página en lugar del apuntador',
  denied: (status) => `la respuesta es ${status}`,
  notAPointer: 'lo que llegó como apuntador no lo es',
  elsewhere: (location) => `manda a otro sitio, ${location}`,
  certificate: (why) => `visto desde el IEC, el certificado no es bueno: ${why}`,
  noName: (host) => `visto desde el IEC, no existe ningún equipo con el nombre ${host}`,
  noConnection: (why) => `no hay conexión desde el IEC: ${why}`,
  noAnswer: (why) => `visto desde el IEC, no hubo respuesta a tiempo: ${why}`,
  serverFails: (status) => `el servidor responde ${status}`,
  ownTrouble: (why) => `este equipo del IEC no pudo mirar: ${why}`,
  ownWayOut: (failed, asked) =>
    `no se ven ${failed} de ${asked} sitios a la vez: es probable que sea la salida del IEC a Internet, y no dice nada de este sitio`,
  tooMuchTime: (seconds) => `se dejó de mirar a los ${seconds} s`,
  tooManyBytes: (bytes) => `se dejó de mirar a los ${bytes} bytes`,
};

export const words = bilingual(english, spanish);
