import { bilingual, type SameAs } from '../format/said.ts';

/** Why no drill may be run now, and what is wrong with what was asked for. The faults themselves are in Spanish: they are handed in. */

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
};

export const words = bilingual(en, es);
