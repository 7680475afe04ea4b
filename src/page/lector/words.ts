import { bilingual, type SameAs } from '../../format/said.ts';

/** What the worker says in the place of a file that it can't give. The bar above it says how things stand. */

const english = {
  title: 'Not shown',
  nothing: 'This publication has no such page.',
  notHad: (path: string) =>
    `No Difusor gave this file as the Institute signed it, so it is not shown: ${path}. Try again in a moment; the rest of the publication can be read.`,
  tooLarge: (path: string, mebibytes: number) =>
    `This file has more than ${mebibytes} MiB, which is more than is verified in a browser, so it is not shown here: ${path}. It can be downloaded from any Difusor and compared with the list of the corte by hand.`,
  tooMany: 'This page asked for more large files at one time than this browser can hold. Open it again, or ask for one at a time.',
  noCorte: 'No corte could be verified yet: no Difusor that this page knows has answered with one. Try again in a moment.',
  gone: 'This page is of a corte that can’t be read any more. Open the newest one by the bar above.',
} as const;

const spanish: SameAs<typeof english> = {
  title: 'No se muestra',
  nothing: 'Esta publicación no tiene esa página.',
  notHad: (path) =>
    `Ningún Difusor entregó este archivo tal como lo firmó el Instituto, así que no se muestra: ${path}. Vuelva a intentarlo en un momento; lo demás de la publicación se puede leer.`,
  tooLarge: (path, mebibytes) =>
    `Este archivo mide más de ${mebibytes} MiB, más de lo que se verifica en un navegador, así que aquí no se muestra: ${path}. Puede bajarlo de cualquier Difusor y compararlo a mano con la lista del corte.`,
  tooMany:
    'Esta página pidió al mismo tiempo más archivos grandes de los que caben en este navegador. Ábrala de nuevo, o pida uno a la vez.',
  noCorte:
    'Todavía no se pudo verificar ningún corte: ningún Difusor de los que esta página conoce respondió con uno. Vuelva a intentarlo en un momento.',
  gone: 'Esta página es de un corte que ya no se puede leer. Abra el más reciente desde la barra de arriba.',
};

export const words = bilingual(english, spanish);
