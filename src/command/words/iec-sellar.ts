import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec sellar`. */

const en = {
  description: 'asks time-stamp authorities for a token of each corte (RFC 3161), so that nobody can backdate it; beside the night',
  once: 'one pass: exit 0 where every token is there, 1 where an authority answered with a wrong one, 3 where some are missing',
  jsonNeedsOnce: '--json goes with --once: a service tells its events to the journal',
  noSellar: (file: string) => `${file} has no [sellar]`,
  howSellar: 'docs/iec.md says what it has: a folder, the certificates, and two authorities',
  atWork: (folder: string) => `another process asks for tokens into ${folder}`,
  otherUser: (folder: string) => `${folder} is another user's`,
  runAsUser: 'run it as that user: runuser -u cotejo-sellar -- cotejo iec sellar …',
  head: (phase: string, head: number) => `${phase}: ${head === 0 ? 'no corte yet' : `corte ${head} is the newest`}`,
  all: 'tokens of every corte',
  pending: (newest: number, pending: number) =>
    `${pending} missing; ${newest === 0 ? 'none yet' : `the newest is of corte ${newest}`}`,
  elsewhere: (pending: number) => `${pending} missing of other phases, which come after this one`,
  silent: (since: string, code: string, why: string) => `no token since ${since}: ${code}: ${why}`,
  next: (hour: string) => `is asked again from ${hour} on`,
} as const;

const es: SameAs<typeof en> = {
  description:
    'pide a autoridades de sellado de tiempo un sello de cada corte (RFC 3161), para que nadie pueda ponerle una hora anterior; aparte de la noche',
  once: 'una pasada: termina con 0 si están todos los sellos, con 1 si una autoridad respondió con uno equivocado, con 3 si faltan',
  jsonNeedsOnce: '--json va con --once: un servicio dice lo que pasa en la bitácora del sistema',
  noSellar: (file) => `${file} no tiene [sellar]`,
  howSellar: 'docs/iec.md dice qué lleva: una carpeta, los certificados y dos autoridades',
  atWork: (folder) => `otro proceso pide sellos para ${folder}`,
  otherUser: (folder) => `${folder} es de otra cuenta`,
  runAsUser: 'ejecútelo con esa cuenta: runuser -u cotejo-sellar -- cotejo iec sellar …',
  head: (phase, head) => `${phase}: ${head === 0 ? 'todavía no hay cortes' : `el corte ${head} es el más nuevo`}`,
  all: 'sellos de todos los cortes',
  pending: (newest, pending) =>
    `${pending === 1 ? 'falta 1' : `faltan ${pending}`}; ${newest === 0 ? 'todavía ninguno' : `el más nuevo es del corte ${newest}`}`,
  elsewhere: (pending) => `${pending === 1 ? 'falta 1' : `faltan ${pending}`} de otras fases, que van después de ésta`,
  silent: (since, code, why) => `sin sellos desde ${since}: ${code}: ${why}`,
  next: (hour) => `se le vuelve a preguntar desde ${hour}`,
};

export const IEC_SELLAR = bilingual(en, es);
