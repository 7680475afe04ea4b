import type { Language } from '../format/said.ts';

/** What `difusor init` asks and tells. Spanish is for who administers a Difusor's server; English says the same. */
export interface InitWords {
  readonly lang: Language;
  readonly difusor: string;
  readonly node: string;
  readonly domain: string;
  readonly anchor: string;
  readonly anchorSays: (title: string, election: string, version: number) => string;
  readonly typeCode: string;
  group(number: number, of: number): string;
  otherGroup(number: number): string;
  readonly otherCode: string;
  readonly iecKey: string;
  isFingerprint(fingerprint: string): string;
  readonly otherKey: string;
  readonly phase: (names: string) => string;
  readonly ports: string;
  readonly yes: RegExp;
  notA(what: string): string;
  readonly configured: string;
  readonly wroteConfig: (file: string) => string;
  readonly started: string;
  readonly notStarted: string;
  readonly send: (file: string) => string;
  readonly port: (fingerprint: string) => string;
  readonly next: string;
}

const es: InitWords = {
  lang: 'es',
  difusor: 'Nombre del Difusor, como está en la lista del IEC:',
  node: 'Nombre de esta máquina',
  domain: 'Dominio del sitio (por ejemplo, prep.ejemplo.mx):',
  anchor: 'Archivo del documento de confianza (las firmas van a su lado)',
  anchorSays: (title, election, version) => `${title} (${election}), versión ${version}.`,
  typeCode:
    'Escriba el código de integridad IMPRESO (en el acta, en el sitio del IEC o en el periódico oficial), por grupos de ocho; que otra persona lo lea.',
  group: (number, of) => `  grupo ${number} de ${of}:`,
  otherGroup: (number) => `el grupo ${number} no es el de este archivo`,
  otherCode: 'el documento no es el impreso: deténgase y llame al IEC por un teléfono que ya conocía',
  iecKey: 'Llave pública con la que el IEC se conecta (su archivo, o el renglón ssh-ed25519 …):',
  isFingerprint: (fingerprint) => `Su huella es ${fingerprint}. ¿Es la que el IEC le dio por teléfono? (sí/no)`,
  otherKey: 'la llave no es la del IEC: pídala otra vez, y coteje su huella por teléfono',
  phase: (names) => `Fase que se muestra en el sitio (${names})`,
  ports: '¿Entrada y sitio con sshd y nginx, o los integrados? (1: sshd y nginx; 2: integrados)',
  yes: /^(s|si|sí|y|yes)$/i,
  notA: (what) => `no sirve: ${what}`,
  configured: 'sshd y nginx, configurados; los dos aceptan lo suyo.',
  wroteConfig: (file) => `La configuración está en ${file}.`,
  started: 'El servicio y su guardia están en marcha.',
  notStarted: 'No se inició nada. Para hacerlo: systemctl enable --now cotejo-difusor cotejo-difusor-guard',
  send: (file) => `Envíe al IEC el archivo ${file}, y dígale por teléfono esta huella:`,
  port: (fingerprint) => `  ${fingerprint}`,
  next: 'Lo que sigue: cotejo difusor doctor',
};

const en: InitWords = {
  lang: 'en',
  difusor: "The Difusor's name, as the IEC lists it:",
  node: "This machine's name",
  domain: 'The domain of the site (as prep.example.mx):',
  anchor: 'The file of the trust document (the signatures beside it)',
  anchorSays: (title, election, version) => `${title} (${election}), version ${version}.`,
  typeCode:
    'Type the PRINTED hash (of the acta, of the IEC’s site or of the official gazette), in groups of eight; have somebody else read it.',
  group: (number, of) => `  group ${number} of ${of}:`,
  otherGroup: (number) => `group ${number} is not that of this file`,
  otherCode: 'the document is not the printed one: stop, and call the IEC at a number that you knew before',
  iecKey: 'The public key by which the IEC logs in (its file, or the line ssh-ed25519 …):',
  isFingerprint: (fingerprint) => `Its fingerprint is ${fingerprint}. Is it what the IEC told you by telephone? (yes/no)`,
  otherKey: 'the key is not the IEC’s: ask for it again, and compare its fingerprint by telephone',
  phase: (names) => `The phase that the site shows (${names})`,
  ports: 'Inbox and site by sshd and nginx, or the built-in ones? (1: sshd and nginx; 2: built-in)',
  yes: /^(s|si|sí|y|yes)$/i,
  notA: (what) => `that will not do: ${what}`,
  configured: 'sshd and nginx are configured; both take it.',
  wroteConfig: (file) => `The configuration is in ${file}.`,
  started: 'The service and its guard are at work.',
  notStarted: 'Nothing was started. To do so: systemctl enable --now cotejo-difusor cotejo-difusor-guard',
  send: (file) => `Send the IEC the file ${file}, and tell this fingerprint by telephone:`,
  port: (fingerprint) => `  ${fingerprint}`,
  next: 'Next: cotejo difusor doctor',
};

export const INIT_WORDS = { es, en } as const;
