import { bilingual, type SameAs } from '../../format/said.ts';

/** What is said of a visit to a node, and of what was found there. What the node itself said is quoted as it is. */

const english = {
  liesThere: (name: string, inbox: string, host: string) => `${name} lies in ${inbox} on ${host} and nobody takes it`,
  liesWithout: (name: string, inbox: string, host: string, lacking: string) =>
    `${name} lies in ${inbox} on ${host} without ${lacking}, so that it was not put there by us, and nobody takes it`,
  noTrustShown: (node: string) => `${node} does not say that it holds the trust document that it took`,
  noAcuse: (number: number, node: string) => `no acuse of corte ${number} has come from ${node}`,
  refused: (node: string, delivery: string, detail: string) => `${node} refused ${delivery}: ${detail}`,
  putAside: (delivery: string, detail: string) => `what lay in the way of ${delivery} was put aside, twice: ${detail}`,
  mayNotLook: (user: string, path: string, host: string) => `${user} may not look at ${path} on ${host}`,
  noFolder: (path: string, host: string, user: string) => `there is no folder ${path} on ${host} for ${user}`,
  mayNotRead: (user: string, path: string, host: string) => `${user} may not read ${path} on ${host}`,
  mayNotWrite: (user: string, inbox: string, host: string) => `${user} may not write to ${inbox} on ${host}`,
  noInbox: (inbox: string, host: string, user: string) => `there is no ${inbox} on ${host} for ${user}`,
  noRoom: (host: string, name: string, why: string) => `${host} has no room for ${name}: ${why}`,
  littleRoom: (host: string, space: number, inbox: string, name: string, needed: number) =>
    `${host} has ${space} bytes left for ${inbox}, ${name} needs ${needed}`,
  notWritten: (name: string, inbox: string, host: string, why: string) => `${name} can't be written to ${inbox} on ${host}: ${why}`,
  /** what the node's server said of it */
  itsWord: (why: string) => why,
  noFolderAside: 'the folder aside can not be made',
  noFolderBeside: (count: number, one: string) => `the folder aside can not be made beside ${count} others, such as ${one}`,
  daemonStopped: (since: string) => `its daemon was stopped at ${since}`,
  daemonSilent: (since: string) => `its daemon writes a status every 15 s, and has written none since ${since}`,
  clockAheadOfIec: (seconds: number) => `its clock is ${seconds} s ahead of the IEC's`,
  clockBehindIec: (seconds: number) => `its clock is ${seconds} s behind the IEC's`,
  acuseBeyond: (number: number, head: number) => `its outbox acknowledges corte ${number}, the newest is ${head}`,
  noStatus: 'it shows no status: its daemon has not run yet',
  clockAhead: (seconds: number) => `its clock is ${seconds} s ahead of ours`,
  clockBehind: (seconds: number) => `its clock is ${seconds} s behind ours`,
  spaceLeft: (room: string) => `${room} are left on its disk`,
  unknownTrust: (version: number) => `it says that it holds trust ${version}, which is not in our chain`,
} as const;

const spanish: SameAs<typeof english> = {
  liesThere: (name, inbox, host) => `${name} está en ${inbox} de ${host} y nadie la toma`,
  liesWithout: (name, inbox, host, lacking) =>
    `${name} está en ${inbox} de ${host} sin ${lacking}, así que no la pusimos nosotros, y nadie la toma`,
  noTrustShown: (node) => `${node} no dice que tenga el documento de confianza que tomó`,
  noAcuse: (number, node) => `no ha llegado de ${node} el acuse del corte ${number}`,
  refused: (node, delivery, detail) => `${node} rechazó ${delivery}: «${detail}»`,
  putAside: (delivery, detail) => `lo que estorbaba a ${delivery} fue apartado dos veces: «${detail}»`,
  mayNotLook: (user, path, host) => `${user} no tiene permiso de ver ${path} en ${host}`,
  noFolder: (path, host, user) => `no existe la carpeta ${path} en ${host} para ${user}`,
  mayNotRead: (user, path, host) => `${user} no tiene permiso de leer ${path} en ${host}`,
  mayNotWrite: (user, inbox, host) => `${user} no tiene permiso de escribir en ${inbox} de ${host}`,
  noInbox: (inbox, host, user) => `no existe ${inbox} en ${host} para ${user}`,
  noRoom: (host, name, why) => `${host} no tiene espacio para ${name}: «${why}»`,
  littleRoom: (host, space, inbox, name, needed) =>
    `a ${host} le quedan ${space} bytes para ${inbox}, y ${name} necesita ${needed}`,
  notWritten: (name, inbox, host, why) => `no se puede escribir ${name} en ${inbox} de ${host}: ${why}`,
  itsWord: (why) => `«${why}»`,
  noFolderAside: 'no se puede crear la carpeta provisional',
  noFolderBeside: (count, one) => `no se puede crear la carpeta provisional junto a otras ${count}, como ${one}`,
  daemonStopped: (since) => `su servicio se detuvo a las ${since}`,
  daemonSilent: (since) => `su servicio escribe su estado cada 15 s, y no lo ha escrito desde ${since}`,
  clockAheadOfIec: (seconds) => `su reloj está adelantado ${seconds} s al del IEC`,
  clockBehindIec: (seconds) => `su reloj está atrasado ${seconds} s al del IEC`,
  acuseBeyond: (number, head) => `su carpeta de acuses tiene uno del corte ${number}, y el más reciente es el ${head}`,
  noStatus: 'no muestra su estado: su servicio todavía no ha corrido',
  clockAhead: (seconds) => `su reloj está adelantado ${seconds} s al nuestro`,
  clockBehind: (seconds) => `su reloj está atrasado ${seconds} s al nuestro`,
  spaceLeft: (room) => `a su disco le quedan ${room}`,
  unknownTrust: (version) => `dice que tiene el documento de confianza ${version}, que no está en nuestra cadena`,
};

export const words = bilingual(english, spanish);
