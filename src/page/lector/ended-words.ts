/** What is said where the browser ended this page, in both languages. */

interface EndedWords {
  /** in the bar */
  readonly bar: string;
  readonly title: string;
  readonly why: string;
  readonly front: string;
  readonly pass: string;
}

export const endedInSpanish: EndedWords = {
  bar: 'La publicación se cerró de golpe',
  title: 'El navegador cerró esta página mientras mostraba la publicación',
  why: 'Puede ser que una página de la publicación pida más memoria de la que hay en este aparato, o que el navegador haya fallado. Por eso no se vuelve a abrir por sí sola. Lo que se verificó sigue guardado; los difusores publican lo mismo en sus propios sitios.',
  front: 'Ir a la página principal',
  pass: 'Abrir la misma página otra vez',
};

export const endedInEnglish: EndedWords = {
  bar: 'The publication closed all of a sudden',
  title: 'The browser closed this page while it showed the publication',
  why: 'A page of the publication may take more memory than this device has, or the browser may have failed. So it is not opened again by itself. What was verified is still kept; the Difusores publish the same on their own sites.',
  front: 'Go to the front page',
  pass: 'Open the same page again',
};
