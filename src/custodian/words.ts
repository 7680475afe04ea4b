import { bilingual, type SameAs } from '../format/said.ts';

/** What is wrong with the plan of a trust document, and with a signature over one. */

const english = {
  threshold: (place: string, threshold: number, most: number) => `${place}: threshold ${threshold} of ${most} custodians`,
  atMost: (most: number) => `at most ${most}, or more [[custodians]]`,
  thresholdBefore: (threshold: number, most: number) => `the threshold before was ${threshold}: give a new one, at most ${most}`,
  twice: (place: string, kind: string, name: string) => `${place}: two entries for ${kind} ${name}`,
  theOther: (place: string) => `the other: ${place}`,
  noneToRemove: (place: string, kind: string, name: string) => `${place}: there is no ${kind} ${name} to remove`,
  custodians: 'custodian',
  signers: 'signer',
  phases: 'phase',
  lacks: (place: string, what: string) => `${place}: the plan has no ${what}`,
  neededAnew: 'a new document needs it; with --after, what is left out is carried over',
  memberOf: (member: string, kind: string, name: string) => `${member} of ${kind} ${name}`,
  trueOrNone: 'expected true, or no such line',
  atFile: (file: string, detail: string) => `${file}: ${detail}`,
  badSignature: 'the signature that was made is not good',
  wouldBeLost: (file: string) => `${file} is the good signature of another key, and would be lost`,
  underItsName: (file: string, name: string) => `give it the name of its own key: mv ${file} ${name}`,
} as const;

const spanish: SameAs<typeof english> = {
  threshold: (place, threshold, most) => `${place}: umbral de ${threshold} con ${most} custodios`,
  atMost: (most) => `${most} cuando más, o más [[custodians]]`,
  thresholdBefore: (threshold, most) => `el umbral anterior era ${threshold}: dé uno nuevo, ${most} cuando más`,
  twice: (place, kind, name) => `${place}: ${kind} ${name} está dos veces`,
  theOther: (place) => `el otro lugar: ${place}`,
  noneToRemove: (place, kind, name) => `${place}: no hay ${kind} ${name} que quitar`,
  custodians: 'custodio',
  signers: 'firmante',
  phases: 'fase',
  lacks: (place, what) => `${place}: al plan le falta ${what}`,
  neededAnew: 'un documento nuevo lo necesita; con --after, lo que se omite se toma del anterior',
  memberOf: (member, kind, name) => `${member} de ${kind} ${name}`,
  trueOrNone: 'se esperaba true, o que no esté la línea',
  atFile: (file, detail) => `${file}: ${detail}`,
  badSignature: 'la firma que se hizo no es válida',
  wouldBeLost: (file) => `${file} es la firma buena de otra llave, y se perdería`,
  underItsName: (file, name) => `póngale el nombre de su propia llave: mv ${file} ${name}`,
};

export const words = bilingual(english, spanish);
