import type { Look } from '../looks.ts';

/** What an audit looked at, in words; for what it did not, how it can be. */

interface Words {
  readonly is: string;
  /** how to have it checked */
  readonly how: string;
}

export const LOOKS_IN_ENGLISH: Readonly<Record<Look, Words>> = {
  trust: { is: 'the trust documents', how: '' },
  statements: { is: 'the statements of the cortes', how: '' },
  signatures: { is: 'their signatures', how: '' },
  links: { is: 'the links from each to the one before', how: '' },
  phases: { is: 'all phases', how: 'without --phase' },
  packages: { is: 'the lists of files, the packages and their contents', how: '--packages' },
  acuses: { is: "the Difusores' receipts", how: '--acuses' },
  'acuse-keys': { is: 'that the receipts are those of known nodes', how: '--acuse-key' },
  recibos: { is: 'how many nodes signed that they publish the corte', how: '--recibos' },
  sellos: { is: 'the hours that time-stamp authorities vouch for', how: '--sellos, --autoridades' },
  newest: { is: 'that nobody has a newer corte', how: 'audit compare' },
  live: { is: 'what the web sites show', how: 'audit live' },
};

export const LOOKS_IN_SPANISH: Readonly<Record<Look, Words>> = {
  trust: { is: 'los documentos de confianza', how: '' },
  statements: { is: 'las declaraciones de los cortes', how: '' },
  signatures: { is: 'sus firmas', how: '' },
  links: { is: 'el enlace de cada uno con el anterior', how: '' },
  phases: { is: 'todas las fases', how: 'sin --phase' },
  packages: { is: 'las listas de archivos, los paquetes y su contenido', how: '--packages' },
  acuses: { is: 'los acuses de los Difusores', how: '--acuses' },
  'acuse-keys': { is: 'que los acuses sean de nodos conocidos', how: '--acuse-key' },
  recibos: { is: 'cuántos nodos firmaron que publican el corte', how: '--recibos' },
  sellos: { is: 'las horas por las que responden autoridades de sellado de tiempo', how: '--sellos, --autoridades' },
  newest: { is: 'que nadie tenga un corte más nuevo', how: 'audit compare' },
  live: { is: 'lo que muestran los sitios', how: 'audit live' },
};
