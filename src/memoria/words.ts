import { bilingual, type SameAs } from '../format/said.ts';

/** Why a memoria can't be made, for whoever runs the command. */

const en = {
  yetToCome: (hour: string) => `nothing has happened since ${hour}: that hour is yet to come`,
  emptySpan: (end: string) => `the span ends at ${end}, before it begins`,
  longSpan: (days: number) => `a span of over ${days} days`,
  giveBoth: 'give --from and --to',
  noTime: (option: string, text: string) => `${option} ${text} is no time`,
  noTimeHint: 'as in 2018-07-01, or 2018-07-01T18:00:00-05:00',
  noMinute: (option: string, text: string) => `${option} ${text} is not a whole minute`,
  noMinuteHint: 'let it end in :00',
  noPhase: (name: string) => `there is no phase ${name}`,
  phases: (names: string) => `the trust document has: ${names}`,
  notOpened: 'no official phase has opened yet, and so there is nothing to report',
  ofADrill: (name: string) => `of a drill: --phase ${name}`,
  thereAlready: (place: string) => `${place} is there already`,
  nameAnother: 'name another folder, or move that one away',
  noFolder: (place: string) => `${place} is no folder`,
  notAFolder: (place: string) => `${place}: not a folder`,

  notSigned: (path: string) => `${path} is not the one that was signed`,
  notThere: (path: string) => `${path} is not there`,
  putIn: (path: string) => `${path} was not signed`,
  otherKey: (path: string) => `${path} names another key than the one that signed`,
  saysNothing: (path: string) => `${path} does not say whose memoria this is`,
  tooDeep: (path: string) => `${path} lies too deep`,
  emptyFolder: (path: string) => `${path} is an empty folder`,
  noFile: (path: string) => `${path} is no file`,
  tooMany: (most: number) => `over ${most} files`,
  unreadable: (path: string) => `${path}: can not be read`,
};

const es: SameAs<typeof en> = {
  yetToCome: (hour) => `desde ${hour} no ha pasado nada: esa hora está por venir`,
  emptySpan: (end) => `el periodo termina a las ${end}, antes de comenzar`,
  longSpan: (days) => `un periodo de más de ${days} días`,
  giveBoth: 'dé --from y --to',
  noTime: (option, text) => `${option} ${text} no es una hora`,
  noTimeHint: 'por ejemplo 2018-07-01, o 2018-07-01T18:00:00-05:00',
  noMinute: (option, text) => `${option} ${text} no es un minuto exacto`,
  noMinuteHint: 'que termine en :00',
  noPhase: (name) => `no hay una fase ${name}`,
  phases: (names) => `el documento de confianza tiene: ${names}`,
  notOpened: 'todavía no abre ninguna fase oficial, así que no hay qué informar',
  ofADrill: (name) => `de un simulacro: --phase ${name}`,
  thereAlready: (place) => `${place} ya existe`,
  nameAnother: 'nombre otra carpeta, o quite esa de ahí',
  noFolder: (place) => `${place} no es una carpeta`,
  notAFolder: (place) => `${place}: no es una carpeta`,

  notSigned: (path) => `${path} no es el que se firmó`,
  notThere: (path) => `falta ${path}`,
  putIn: (path) => `${path} no se firmó`,
  otherKey: (path) => `${path} nombra otra llave que la que firmó`,
  saysNothing: (path) => `${path} no dice de quién es la memoria`,
  tooDeep: (path) => `${path} está a demasiada profundidad`,
  emptyFolder: (path) => `${path} es una carpeta vacía`,
  noFile: (path) => `${path} no es un archivo`,
  tooMany: (most) => `más de ${most} archivos`,
  unreadable: (path) => `${path}: no se puede leer`,
};

export const words = bilingual(en, es);
