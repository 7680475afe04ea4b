import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo difusor status`: where a node stands. What it shows (corte, aviso, espera) has one name in both languages. */

const en = {
  head: (difusor: string, node: string, version: number, until: string) => `${difusor} ${node}, trust ${version} until ${until}`,
  noCorte: 'no corte yet',
  corte: (number: number, time: string | null, seconds: number | null) => `corte ${number} of ${time}, ${seconds} s old`,
  phase: (phase: string, kind: string, corte: string, shown: string) => `  ${phase} (${kind}): ${corte}; shows ${shown}`,
  fresh: ', fresh',
  running: '',
  final: '; final: no corte follows it',
  openEnded: '; closed without a final corte',
  nobody: (why: string) => `NOBODY IS AT WORK: ${why}`,
  neverRun: 'the daemon has not run yet',
  noSign: (time: string) => `no sign of the daemon since ${time}`,
  refused: (count: number) => `refused in the last hour: ${count}`,
  lastRefused: (delivery: string, code: string, time: string) => `; last: ${delivery} (${code}) at ${time}`,
  waiting: (since: string, delivery: string) => `waiting in the inbox since ${since}: ${delivery}`,
  lacks: (what: string) => `, in the way without ${what}`,
  taken: (count: number) => `left in the inbox, in its quota, under names that begin with .taken-: ${count}`,
  space: (room: string) => `space left: ${room}`,
  inodes: (count: string) => `, and ${count} files (inodes)`,
  traer: (at: string, mirrors: number, well: number, cortes: number) =>
    `traer, at ${at}: ${mirrors} mirrors, ${well} well; brought since its start: ${cortes}`,
  fetching: (delivery: string, came: string, whole: string) => `  is fetching ${delivery}: ${came} of ${whole}`,
  traerTrouble: (why: string) => `  could not: ${why}`,
  mirror: (name: string, fault: string, why: string, at: string) => `  ${name} ${fault}, ${at}: ${why}`,
  unreachable: 'does not answer',
  slow: 'is too slow',
  withholds: 'announces what it has not',
  unusable: 'gives what is not wanted: another chain, an old or a spoilt file',
  lied: "LIED: gave what was made to pass for the IEC's",
};

const es: SameAs<typeof en> = {
  head: (difusor, node, version, until) => `${difusor} ${node}, confianza ${version} hasta ${until}`,
  noCorte: 'todavía sin cortes',
  corte: (number, time, seconds) => `corte ${number} de ${time}, hace ${seconds} s`,
  phase: (phase, kind, corte, shown) => `  ${phase} (${kind}): ${corte}; muestra ${shown}`,
  fresh: ', al día',
  running: '',
  final: '; final: no le sigue ningún corte',
  openEnded: '; cerró sin un corte final',
  nobody: (why) => `NADIE ESTÁ TRABAJANDO: ${why}`,
  neverRun: 'el servicio no ha trabajado todavía',
  noSign: (time) => `el servicio no da señales desde ${time}`,
  refused: (count) => `rechazadas en la última hora: ${count}`,
  lastRefused: (delivery, code, time) => `; la última: ${delivery} (${code}), ${time}`,
  waiting: (since, delivery) => `en espera en la carpeta de llegada desde ${since}: ${delivery}`,
  lacks: (what) => `, detenida porque falta ${what}`,
  taken: (count) => `quedan en la carpeta de llegada, y en su cuota, con nombres que empiezan por .taken-: ${count}`,
  space: (room) => `espacio libre: ${room}`,
  inodes: (count) => `, y ${count} archivos (inodos)`,
  traer: (at, mirrors, well, cortes) =>
    `traer, ${at}: ${mirrors === 1 ? '1 espejo' : `${mirrors} espejos`}, bien: ${well}; traídos desde que inició: ${cortes}`,
  fetching: (delivery, came, whole) => `  está trayendo ${delivery}: ${came} de ${whole}`,
  traerTrouble: (why) => `  no pudo: ${why}`,
  mirror: (name, fault, why, at) => `  ${name} ${fault}, ${at}: ${why}`,
  unreachable: 'no contesta',
  slow: 'es demasiado lento',
  withholds: 'anuncia lo que no tiene',
  unusable: 'da otra cosa: otra cadena, un archivo viejo o uno dañado',
  lied: 'MINTIÓ: dio algo hecho para pasar por del IEC',
};

export const NODE_STATUS = bilingual(en, es);
