import { bilingual } from '../format/said.ts';

/** What this room's checks say, to people. */

const en = {
  noSuchSigner: (version: number) => `no signer of trust ${version} has the key that signed`,
  notTheirs: (signer: string) => `the signature is not ${signer}'s over this corte.json`,
  phaseOfFolder: (phase: string, folder: string) => `phase ${phase} in a folder of ${folder}`,
  corteOfFolder: (corte: number, folder: number) => `corte ${corte} in a folder of corte ${folder}`,
  otherElection: (theirs: string, ours: string) => `election ${theirs} is not ${ours}`,
  signsPhase: (signer: string, phase: string, not: string) => `${signer} signs ${phase}, not ${not}`,
  signsFrom: (signer: string, first: number, number: number) => `${signer} signs from ${first} on, not ${number}`,
  signsFromTo: (signer: string, first: number, last: number, number: number) =>
    `${signer} signs from ${first} to ${last}, not ${number}`,
  trustExpired: (version: number, at: string) => `trust ${version} expired at ${at}`,
  trustAhead: (version: number, newest: number) => `it names trust ${version}, ${newest} is the newest held`,
  otherTrust: (version: number) => `the trust ${version} that it names is not the one held`,
  trustBack: (version: number, before: number) => `it names trust ${version}, the corte before it ${before}`,
  noPhase: (phase: string) => `trust has no phase ${phase}`,
  notMeasured: 'SHA256SUMS is not the one that corte.json measures',
  otherCount: (files: number, stated: number) => `SHA256SUMS lists ${files} files, corte.json says ${stated}`,

  otherVersion: (file: string) => `the file ${file} holds another version`,
  versionJumps: (next: number, held: number) => `version ${next} does not follow ${held}`,
  notOverHeld: (held: number) => `it does not follow the version ${held} that is held`,
  issuedBefore: (version: number) => `issued before version ${version}`,
  threshold: (count: number, whose: string, threshold: number) => `signed by ${count} of ${whose}, not by ${threshold}`,
  itsCustodians: 'its own custodians',
  custodiansOf: (version: number) => `the custodians of version ${version}`,
  custodiansOfHeld: (version: number) => `the custodians of the version ${version} that is held`,
  phaseGone: (phase: string) => `phase ${phase} is gone or of another kind`,
  signerGone: (signer: string) => `signer ${signer} is gone`,
  signerChanged: (signer: string) => `signer ${signer} has another key, phase or first corte`,
  signerBack: (signer: string, last: number) => `signer ${signer} ended at ${last} and comes back`,
  twoDocuments: (version: number) => `two acceptable documents of version ${version}`,
  notBeforeAnchor: (version: number, next: number) =>
    `version ${version} is from before the anchor and not the one that version ${next} follows`,
};

const es: typeof en = {
  noSuchSigner: (version) => `la llave que firmó no es de ningún firmante del documento de confianza ${version}`,
  notTheirs: (signer) => `la firma no es la de ${signer} sobre este corte.json`,
  phaseOfFolder: (phase, folder) => `es de la fase ${phase} en una carpeta de ${folder}`,
  corteOfFolder: (corte, folder) => `es el corte ${corte} en una carpeta del corte ${folder}`,
  otherElection: (theirs, ours) => `la elección ${theirs} no es ${ours}`,
  signsPhase: (signer, phase, not) => `${signer} firma ${phase}, no ${not}`,
  signsFrom: (signer, first, number) => `${signer} firma del corte ${first} en adelante, no el ${number}`,
  signsFromTo: (signer, first, last, number) => `${signer} firma del corte ${first} al ${last}, no el ${number}`,
  trustExpired: (version, at) => `el documento de confianza ${version} venció el ${at}`,
  trustAhead: (version, newest) => `nombra el documento de confianza ${version}, y aquí el más nuevo es el ${newest}`,
  otherTrust: (version) => `el documento de confianza ${version} que nombra no es el que se tiene aquí`,
  trustBack: (version, before) => `nombra el documento de confianza ${version}, y el corte anterior nombra el ${before}`,
  noPhase: (phase) => `el documento de confianza no tiene la fase ${phase}`,
  notMeasured: 'SHA256SUMS no es el que corte.json mide',
  otherCount: (files, stated) => `SHA256SUMS tiene ${files} archivos, y corte.json dice ${stated}`,

  otherVersion: (file) => `el archivo ${file} contiene otra versión`,
  versionJumps: (next, held) => `la versión ${next} no sigue a la ${held}`,
  notOverHeld: (held) => `no sigue a la versión ${held} que se tiene aquí`,
  issuedBefore: (version) => `se emitió antes que la versión ${version}`,
  threshold: (count, whose, threshold) => `lo firmaron ${count} de ${whose}, y hacen falta ${threshold}`,
  itsCustodians: 'sus propios custodios',
  custodiansOf: (version) => `los custodios de la versión ${version}`,
  custodiansOfHeld: (version) => `los custodios de la versión ${version} que se tiene aquí`,
  phaseGone: (phase) => `la fase ${phase} ya no está, o es de otra clase`,
  signerGone: (signer) => `el firmante ${signer} ya no está`,
  signerChanged: (signer) => `el firmante ${signer} tiene otra llave, otra fase u otro primer corte`,
  signerBack: (signer, last) => `el firmante ${signer} terminó en el corte ${last}, y vuelve`,
  twoDocuments: (version) => `dos documentos aceptables de la versión ${version}`,
  notBeforeAnchor: (version, next) => `la versión ${version} es anterior al ancla, y no es a la que sigue la versión ${next}`,
};

export const words = bilingual(en, es);
