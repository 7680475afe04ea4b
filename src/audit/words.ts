import { bilingual, type SameAs } from '../format/said.ts';

/** What the audits say of chains, sites, cortes and acuses. */

const english = {
  corteGone: (place: string, number: number, phase: string) => `${place}: corte ${number} of ${phase} is gone`,
  phaseNotYet: (phase: string) => `its trust documents have no phase ${phase}, which others have: it is behind`,
  trustGone: (place: string, version: number) => `${place}: trust ${version} is gone`,
  noSignature: 'it has no signature beside it',
  manyAcuses: (most: number, folder: string) => `over ${most} acuses in ${folder}`,
  proofThere: (place: string) => `${place} is there already; a proof that was written stays as it is`,
  changed: (place: string) => `${place} tells another thing now than a moment ago`,
  noAutoridades: (folder: string) => `${folder} has no authority’s certificates: each is a file NAME.pem`,
  noCorte: 'the chain has no corte to compare with',
  notAsListed: (path: string) => `${path} is not to be had as the corte lists it`,
  status: (url: string, status: number) => `${url}: the server answers ${status}`,
  answers: (status: number) => `the server answers ${status}`,
  pageInPlace: 'a web page in its place',
  pageForAnyName: 'the page that the site shows for any name that it does not have: not compared',
  listInPlace: 'an answer in XML, as a store of objects lists what it has: not compared',
  inFile: (path: string, why: string) => `${path}: ${why}`,
  contentTooLarge: (path: string, limit: number) => `${path} is over ${limit} bytes`,
  noPackage: (number: number) => `corte ${number} has no corte.tar.gz`,
  noSuchCorte: (number: number, phase: string, cortes: number) =>
    `there is no corte ${number} of ${phase} here: it has ${cortes === 1 ? '1 corte' : `${cortes} cortes`}`,
  inNoPackage: (path: string) => `the content of ${path} is in no package`,
  otherSum: (sum: number, stated: number) => `the files sum to ${sum} bytes, corte.json says ${stated}`,
  stray: (file: string) => `${file} does not belong to a corte`,
  missing: (file: string) => `${file} is missing`,
  notRegular: (file: string) => `${file} is not a regular file`,
  holdsMore: 'the package holds more than corte.json says',
  trustAhead: (named: number, newest: number) =>
    `it names trust ${named}, and the newest here is ${newest}: nothing can be told of it`,
  trustBeside: 'newer trust documents count in trust/ of its chain folder, or as --anchor',
  trustBefore: (version: number) => `trust ${version}, which it names, is from before the anchor`,
  placeUnknown: 'whether it follows the corte before it, and brings all that is new since then',
  moved: (from: string, to: string) => `${from} has moved to https and was followed: name ${to}`,
  claimsTrust: (claimed: number, newest: number) =>
    `index.json claims trust ${claimed}, ${newest} is the newest here: the rest is withheld`,
  claimsCorte: (claimed: number, phase: string, newest: number) =>
    `index.json claims corte ${claimed} of ${phase}, ${newest} is the newest here: the rest is withheld`,
  claimsFirst: (claimed: number, phase: string) =>
    `index.json claims corte ${claimed} of ${phase}, none is the newest here: the rest is withheld`,
  claimsOther: (number: number, phase: string) => `index.json claims another corte ${number} of ${phase} than the one that is here`,
  passedOver: (file: string, why: string) => `${file}: ${why}; its cortes were read one by one`,
  tileMissing: 'this site has no such file',
  tileUnreadable: 'it could not be read',
  tileTooLarge: 'it is over its limit',
  tileMalformed: 'it is no history in tiles',
  tileCut: 'it holds fewer cortes than it should',
  tileOther: 'it tells other cortes than their own files',
} as const;

const spanish: SameAs<typeof english> = {
  corteGone: (place, number, phase) => `${place}: el corte ${number} de ${phase} ya no está`,
  phaseNotYet: (phase) => `sus documentos de confianza no tienen la fase ${phase}, que otros tienen: va atrasada`,
  trustGone: (place, version) => `${place}: el documento de confianza ${version} ya no está`,
  noSignature: 'no tiene su firma al lado',
  manyAcuses: (most, folder) => `más de ${most} acuses en ${folder}`,
  proofThere: (place) => `${place} ya existe; una prueba que se escribió se queda como está`,
  changed: (place) => `${place} dice ahora otra cosa que hace un momento`,
  noAutoridades: (folder) => `${folder} no tiene certificados de ninguna autoridad: cada una es un archivo NOMBRE.pem`,
  noCorte: 'la cadena no tiene ningún corte con el cual comparar',
  notAsListed: (path) => `${path} no se obtiene como lo lista el corte`,
  status: (url, status) => `${url}: el servidor responde ${status}`,
  answers: (status) => `el servidor responde ${status}`,
  pageInPlace: 'una página en su lugar',
  pageForAnyName: 'la página que el sitio muestra para cualquier nombre que no tiene: no se comparó',
  listInPlace: 'una respuesta en XML, como la lista de lo que tiene un depósito: no se comparó',
  inFile: (path, why) => `${path}: ${why}`,
  contentTooLarge: (path, limit) => `${path} pasa de ${limit} bytes`,
  noPackage: (number) => `el corte ${number} no tiene corte.tar.gz`,
  noSuchCorte: (number, phase, cortes) =>
    `aquí no hay un corte ${number} de ${phase}: tiene ${cortes === 1 ? '1 corte' : `${cortes} cortes`}`,
  inNoPackage: (path) => `el contenido de ${path} no está en ningún paquete`,
  otherSum: (sum, stated) => `los archivos suman ${sum} bytes, y corte.json dice ${stated}`,
  stray: (file) => `${file} no es parte de un corte`,
  missing: (file) => `falta ${file}`,
  notRegular: (file) => `${file} no es un archivo normal`,
  holdsMore: 'el paquete trae más de lo que dice corte.json',
  trustAhead: (named, newest) =>
    `nombra el documento de confianza ${named}, y el más reciente aquí es el ${newest}: nada puede decirse de él`,
  trustBeside: 'los documentos de confianza más nuevos cuentan en trust/, en la carpeta de su cadena, o como --anchor',
  trustBefore: (version) => `el documento de confianza ${version}, que nombra, es anterior al ancla`,
  placeUnknown: 'si sigue al corte anterior, y si trae todo lo nuevo desde él',
  moved: (from, to) => `${from} se mudó a https, y se le siguió: nombre ${to}`,
  claimsTrust: (claimed, newest) =>
    `index.json anuncia el documento de confianza ${claimed}, y el más reciente aquí es el ${newest}: se oculta el resto`,
  claimsCorte: (claimed, phase, newest) =>
    `index.json anuncia el corte ${claimed} de ${phase}, y el más reciente aquí es el ${newest}: se oculta el resto`,
  claimsFirst: (claimed, phase) => `index.json anuncia el corte ${claimed} de ${phase}, y aquí no hay ninguno: se oculta el resto`,
  claimsOther: (number, phase) => `index.json anuncia otro corte ${number} de ${phase} que el que está aquí`,
  passedOver: (file, why) => `${file}: ${why}; sus cortes se leyeron uno por uno`,
  tileMissing: 'este sitio no tiene ese archivo',
  tileUnreadable: 'no se pudo leer',
  tileTooLarge: 'pasa de su límite',
  tileMalformed: 'no es una historia en bloques',
  tileCut: 'trae menos cortes de los que debe',
  tileOther: 'dice otros cortes que los archivos de cada uno',
};

export const words = bilingual(english, spanish);
