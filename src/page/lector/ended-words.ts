/** What is said where this page was ended twice in a row as it opened one of the publication, in both languages. */

interface EndedWords {
  /** in the bar */
  readonly bar: string;
  readonly title: string;
  readonly why: string;
  readonly front: string;
  readonly pass: string;
}

export const endedInSpanish: EndedWords = {
  bar: 'Se cerró dos veces seguidas',
  title: 'Se cerró dos veces seguidas al abrir esta página',
  why: 'Por eso no se vuelve a abrir por sí sola. No se sabe la causa: pudo fallar el navegador, faltar memoria o apagarse el aparato. Lo que se verificó sigue guardado; los difusores publican lo mismo en sus propios sitios.',
  front: 'Ir a la página principal',
  pass: 'Abrir la misma página otra vez',
};

export const endedInEnglish: EndedWords = {
  bar: 'It closed twice in a row',
  title: 'It closed twice in a row as this page was opened',
  why: 'So it is not opened again by itself. The cause is not known: the browser may have failed, memory may have run out, or the device may have been switched off. What was verified is still kept; the Difusores publish the same on their own sites.',
  front: 'Go to the front page',
  pass: 'Open the same page again',
};
