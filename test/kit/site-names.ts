import type { Unserved } from '../../src/format/site-names.ts';

/** Paths of a publication, each with what the sites make of it. One that is `reserved` can only be packed by another hand. */
export const NAMES: readonly (readonly [path: string, as: Unserved | null])[] = [
  ['index.html', null],
  ['cotejo/x.html', 'reserved'],
  ['cotejo/status.json', 'reserved'],
  ['cotejo.html', 'moved'],
  ['datos/cotejo.html', null],
  ['datos/cotejo/x.html', null],
  ['cotejos/x.html', null],
  ['404.html', 'kept'],
  ['datos/404.html', null],
  ['.gitkeep', 'hidden'],
  ['datos/.oculto', 'hidden'],
  ['.git/config', 'hidden'],
  ['datos/.git/x.txt', 'hidden'],
  ['.well-known/x.txt', null],
  ['datos/.well-known/x.txt', null],
  ['.well-known/acme-challenge/x', 'hidden'],
  ['.well-known/acme-challenges/x', null],
  ['datos/.well-known/acme-challenge/x', null],
  ['.well-known/.oculto', 'hidden'],
  ['.well-knowns/x.txt', 'hidden'],
  ['sitio/.well-known', 'hidden'],
  ['a.b/c..d.txt', null],
  ['...x', 'hidden'],
];
