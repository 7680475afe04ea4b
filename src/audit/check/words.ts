import { bilingual, type SameAs } from '../../format/said.ts';

/** What the check of a chain and of a site says; it is part of the page in a browser, so no more than that is here. */

const english = {
  noChain: (place: string) => `${place}: no chain here`,
  noPhase: (phase: string, names: string) => `trust has no phase ${phase}; it has ${names}`,
  noPhases: (phase: string) => `trust has no phase ${phase}; it has none`,
  lacksFile: (number: number, file: string) => `corte ${number} has no ${file}`,
  missing: (number: number, found: number) => `corte ${number} is missing, corte ${found} is there`,
  noticeInPlace: 'the notice in its place',
  tooSlow: (seconds: number) => `the server is too slow: it was waited for ${seconds} s in all`,
} as const;

const spanish: SameAs<typeof english> = {
  noChain: (place) => `${place}: aquí no hay ninguna cadena`,
  noPhase: (phase, names) => `el documento de confianza no tiene la fase ${phase}; tiene ${names}`,
  noPhases: (phase) => `el documento de confianza no tiene la fase ${phase}; no tiene ninguna`,
  lacksFile: (number, file) => `el corte ${number} no tiene ${file}`,
  missing: (number, found) => `falta el corte ${number}, y está el ${found}`,
  noticeInPlace: 'el aviso en su lugar',
  tooSlow: (seconds) => `el servidor es demasiado lento: se le esperó ${seconds} s en total`,
};

export const words = bilingual(english, spanish);
