import { bilingual, type SameAs } from '../format/said.ts';

/**
 * Why no drill may be run now, what is wrong with what was asked for, and what could not be put back. The faults themselves, and
 * what was seen of them, are in Spanish: they are handed in.
 */

const en = {
  noPhase: (phase: string) => `no-phase: the trust held has no phase ${phase}`,
  notADrill: (phase: string) => `official-phase: ${phase} is an official phase: no fault is ever made in one`,
  officialOpen: (phase: string, until: string) => `official-open: the official phase ${phase} is open until ${until}`,
  officialSoon: (phase: string, from: string, hours: number) =>
    `official-soon: the official phase ${phase} opens at ${from}: ${hours} h before it, no drill may be under way`,
  officialShown: (phase: string) => `official-shown: this node shows readers the official phase ${phase}`,
  opens: (phase: string, from: string) => `outside-hours: ${phase} opens at ${from}`,
  closed: (phase: string, at: string) => `outside-hours: ${phase} closed at ${at}`,
  noFault: (name: string) => `--only: no fault ${name}`,

  notOurs: (folder: string) => `${folder} is not a folder of this account alone`,
  others: (folder: string) =>
    `${folder} belongs to another account, or others may write in it: no list of a drill is kept below it`,
  listFull: (most: number) => `over ${most} things are still to be undone`,
  noFiller: (path: string) => `${path} is no filler of this node: it is not touched`,
  notInInbox: (path: string) => `${path} is not in the configured inbox: it is not touched`,
  notRemoved: (path: string) => `${path} can't be removed`,
  noState: 'there is no state here',
  noContent: (path: string) => `${path}: no verified content of it; run: cotejo difusor repair`,
  still: (what: string, why: string) => `${what}: ${why}`,

  saysTooMuch: (program: string) => `${program} says too much`,
  endedBy: (program: string, signal: string) => `${program} ended by ${signal}`,
  noProgram: (program: string) => `${program} is not there, or did not end in time`,
  programSays: (line: string, answer: string) => `${line}: ${answer}`,
};

const es: SameAs<typeof en> = {
  noPhase: (phase) => `no-phase: el documento de confianza que se tiene no trae la fase ${phase}`,
  notADrill: (phase) => `official-phase: ${phase} es una fase oficial: en ella nunca se hace ninguna falla`,
  officialOpen: (phase, until) => `official-open: la fase oficial ${phase} está abierta hasta ${until}`,
  officialSoon: (phase, from, hours) =>
    `official-soon: la fase oficial ${phase} abre a las ${from}: desde ${hours} h antes no puede haber un simulacro en marcha`,
  officialShown: (phase) => `official-shown: este nodo muestra a los lectores la fase oficial ${phase}`,
  opens: (phase, from) => `outside-hours: ${phase} abre a las ${from}`,
  closed: (phase, at) => `outside-hours: ${phase} cerró a las ${at}`,
  noFault: (name) => `--only: no hay una falla ${name}`,

  notOurs: (folder) => `${folder} no es una carpeta sólo de esta cuenta`,
  others: (folder) => `${folder} es de otra cuenta, o en ella pueden escribir otros: debajo no se guarda la lista de un simulacro`,
  listFull: (most) => `más de ${most} cosas siguen sin deshacer`,
  noFiller: (path) => `${path} no es un archivo de relleno de este nodo: no se toca`,
  notInInbox: (path) => `${path} no está en la carpeta de llegada configurada: no se toca`,
  notRemoved: (path) => `${path} no se pudo quitar`,
  noState: 'aquí no hay un estado',
  noContent: (path) => `${path}: no hay contenido verificado de él; ejecute: cotejo difusor repair`,
  still: (what, why) => `${what}: ${why}`,

  saysTooMuch: (program) => `${program} dice demasiado`,
  endedBy: (program, signal) => `a ${program} lo terminó ${signal}`,
  noProgram: (program) => `${program} no está, o no terminó a tiempo`,
  programSays: (line, answer) => `${line}: ${answer}`,
};

export const words = bilingual(en, es);
