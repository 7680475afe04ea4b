import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo trust`: how it is called, and what it tells. What the review of a document says is in custodian/ceremony-*.ts. */

const en = {
  trust: 'the custodians: who may sign, from which corte to which',
  draft: 'make the unsigned document: version 1 from the plan, or the next one from what the plan changes',
  plan: 'the plan, in TOML',
  draftAfter: 'the trust document that this one follows',
  draftOut: 'where to write it',
  review: 'say in words what a document changes, how it stands, its hash, and who has signed it',
  file: 'the trust document',
  after: 'the document before it (found by itself where it lies beside)',
  acta: 'write the one-page record too, for printing (HTML)',
  lang: 'the language of the review',
  sign: 'review a document and sign it as the custodian whose key this is',
  yes: 'do not ask for the first group of the hash',
  signJson: 'print one JSON object instead of the review; needs --yes',
  verify: 'walk a folder of trust documents from the anchor to the newest that can be accepted',
  folder: 'the folder that has 1.json, 2.json …',
  verifyAnchor: 'the trust document that is believed because you installed it',
  export: "print the newest document's keys in another program's form",
  allowedSigners: 'the form: what ssh-keygen -Y verify reads',
  exportAnchor: 'start from this document and not from the oldest one of the folder',

  isThere: (file: string) => `${file} is there already`,
  neverWrittenOver:
    'a document is never written over: if nobody has signed it, remove it first; if anybody has, correct it in the next version',
  signedOther: (signature: string, custodian: string) =>
    `${signature} bears the key of ${custodian} and is no signature of this document: it may be of another one with this number`,
  findOther:
    'find that document before anybody signs this one: if enough custodians signed it, it stands, and what is wrong with it is corrected in the next version, made over it',
  drafted: (file: string, version: number, hash: string) => `${file}: version ${version}, hash ${hash}`,
  issuedLater: (time: string, version: number) =>
    `the hour of issue is that of version ${version}, ${time}, which is still to come by this machine's clock: one of the two clocks was wrong`,
  noReview: '--json shows no review to answer to',
  addYes: 'add --yes if it was read elsewhere',
  noCustodian: (key: string, file: string) => `${key} is the key of no custodian of ${file}`,
  walked: (from: number | null, to: number | null, expires: string | null) =>
    `from version ${from} to version ${to}, which expires ${expires}`,
  hash: (groups: string) => `hash ${groups}`,
  noneAccepted: 'nothing can be accepted: the anchor itself is refused',
  expired: (version: number | null) => `version ${version} has expired: no new corte can be admitted by it`,
  oldestBelieved: (file: string) => `${file} of the folder is believed as it is; name your own with --anchor`,
  noDocument: (folder: string) => `${folder} has no trust document`,
  meantTrust: (folder: string) => `did you mean ${folder}?`,
  whichFolder: 'it is the folder that has 1.json, as trust/ of a chain',
};

const es: SameAs<typeof en> = {
  trust: 'los custodios: quién puede firmar, desde qué corte y hasta cuál',
  draft: 'hace el documento sin firmas: la versión 1, del plan, o la siguiente, de lo que el plan cambia',
  plan: 'el plan, en TOML',
  draftAfter: 'el documento de confianza al que sigue',
  draftOut: 'dónde se escribe',
  review: 'dice en palabras qué cambia un documento, cómo queda, su código de integridad y quién lo ha firmado',
  file: 'el documento de confianza',
  after: 'el documento anterior (se encuentra solo si está a su lado)',
  acta: 'escribe además el acta de una hoja, para imprimirla (HTML)',
  lang: 'el idioma de la revisión',
  sign: 'revisa un documento y lo firma como el custodio cuya llave se da',
  yes: 'no pregunta el primer grupo del código de integridad',
  signJson: 'imprime un objeto JSON en lugar de la revisión; necesita --yes',
  verify: 'recorre una carpeta de documentos de confianza, del ancla al más nuevo que se puede aceptar',
  folder: 'la carpeta que tiene 1.json, 2.json …',
  verifyAnchor: 'el documento de confianza en el que se cree porque usted lo instaló',
  export: 'imprime las llaves del documento más nuevo en la forma de otro programa',
  allowedSigners: 'la forma: lo que lee ssh-keygen -Y verify',
  exportAnchor: 'parte de este documento, y no del más antiguo de la carpeta',

  isThere: (file) => `${file} ya existe`,
  neverWrittenOver:
    'nunca se escribe encima de un documento: si nadie lo firmó, bórrelo antes; si alguien ya lo firmó, corríjalo en la versión siguiente',
  signedOther: (signature, custodian) =>
    `${signature} trae la llave de ${custodian} y no es firma de este documento: puede ser de otro con este número`,
  findOther:
    'busquen ese documento antes de que nadie firme éste: si ya lo firmaron los que bastan, vale, y lo que tenga mal se corrige en la versión siguiente, hecha sobre él',
  drafted: (file, version, hash) => `${file}: versión ${version}, código de integridad ${hash}`,
  issuedLater: (time, version) =>
    `la hora de emisión es la de la versión ${version}, ${time}, que por el reloj de este equipo todavía no llega: uno de los dos relojes estaba mal`,
  noReview: 'con --json no hay revisión a la que contestar',
  addYes: 'agregue --yes si ya se leyó en otra parte',
  noCustodian: (key, file) => `${key} no es la llave de ningún custodio de ${file}`,
  walked: (from, to, expires) => `de la versión ${from} a la versión ${to}, que vence ${expires}`,
  hash: (groups) => `código de integridad ${groups}`,
  noneAccepted: 'no se puede aceptar nada: se rechaza el ancla misma',
  expired: (version) => `la versión ${version} venció: ya no puede admitirse con ella ningún corte nuevo`,
  oldestBelieved: (file) => `se cree en ${file} de la carpeta sin más; dé el suyo con --anchor`,
  noDocument: (folder) => `en ${folder} no hay ningún documento de confianza`,
  meantTrust: (folder) => `¿quiso decir ${folder}?`,
  whichFolder: 'es la carpeta que tiene 1.json, como trust/ de una cadena',
};

export const TRUST = bilingual(en, es);
