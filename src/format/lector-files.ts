/** The files of a lector, from the root of its origin. */
export const LECTOR_FILES = Object.freeze({
  page: 'index.html',
  nothing: '404.html',
  worker: 'cotejo-lector.js',
  about: 'LEEME.txt',
});
