import { bilingual } from '../format/said.ts';

/**
 * What is said of a corte's place, its time and its package; apart from the rest, since the badge judges the newest corte by
 * itself and opens no package.
 */

const en = {
  wasLast: (number: number, phase: string) => `corte ${number} was the last of ${phase}`,
  missing: (number: number) => `corte ${number} is missing`,
  notFollowing: (number: number) => `it does not follow the corte ${number} that was admitted`,
  notAfter: (time: string, before: string) => `${time} is not after ${before}, the corte before it`,
  ahead: (time: string, seconds: number) => `${time} is over ${seconds} s ahead of this clock`,
  closed: (phase: string, at: string) => `${phase} closed at ${at}`,
  otherLength: (bytes: number, stated: number) => `corte.tar.gz has ${bytes} bytes, corte.json says ${stated}`,
  otherPackage: 'corte.tar.gz has another hash than corte.json says',
};

const es: typeof en = {
  wasLast: (number, phase) => `el corte ${number} fue el último de ${phase}`,
  missing: (number) => `falta el corte ${number}`,
  notFollowing: (number) => `no sigue al corte ${number} que se admitió`,
  notAfter: (time, before) => `${time} no es posterior a ${before}, la hora del corte anterior`,
  ahead: (time, seconds) => `${time} está más de ${seconds} s adelante de este reloj`,
  closed: (phase, at) => `${phase} cerró el ${at}`,
  otherLength: (bytes, stated) => `corte.tar.gz tiene ${bytes} bytes, y corte.json dice ${stated}`,
  otherPackage: 'corte.tar.gz tiene otro hash que el que dice corte.json',
};

// Marked so that a page which says none of it is made without it.
export const words = /* @__PURE__ */ bilingual(en, es);
