import { bilingual, type Said, type SameAs } from '../../format/said.ts';

/** `cotejo difusor doctor` and `cotejo iec doctor`. What is checked and found is said in doctor/. */

const en = {
  difusor: 'is this machine fit? measures it against the convocatoria and the guide; changes nothing; run it as root',
  iec: 'is the IEC ready, and every link fast enough? sends 9 MB to each node, removes them, reads as much',
  site: 'the site as readers reach it (default: as this machine does)',
  from: "the IEC's address, by which rules of sshd may differ",
  declare: 'declare what can not be seen here; may be given several times',
  noLink: 'do not measure the links: look at each node, and send nothing',
  constancia: 'write a dated, signed page to hand in, and its signature beside it (.sig)',
  verify: 'look at nothing; check a constancia and its signature',
  key: 'with --verify: whose signature it must be',

  noFrom: (text: string) => `--from ${text} is no address`,
  asFrom: 'as in 192.0.2.10',
  noSite: (text: string) => `--site ${text} is no address`,
  asSite: 'as in https://prep.example/',
  noDeclaration: (text: string) => `--declare ${text}: not ID=TEXT of what can be declared`,
  badDeclaration: (id: string, why: string) => `--declare ${id}: ${why}`,
  looking: (part: string) => `looking: ${part}`,
  hangs: 'the machine does not answer: a disk or a mount hangs',
  handIn: (file: string) => `hand in ${file} with ${file}.sig`,
  rootSeesMore: 'root sees more: run it as root',
  authentic: 'authentic',
  ofIec: (file: string, authentic: string, time: string) => `${file}: ${authentic}, of the IEC, ${time}`,
  ofNode: (file: string, authentic: string, node: string, time: string) => `${file}: ${authentic}, of ${node}, ${time}`,
  signedBy: (fingerprint: string) => `  signed by   ${fingerprint}`,
  checks: (counts: string) => `  checks      ${counts}`,
  keyNotKnown: "that this is the node's key is not known: compare it, or give --key FILE.pub",
};

const es: SameAs<typeof en> = {
  difusor: '¿es apta esta máquina? la mide contra la convocatoria y la guía; no cambia nada; ejecútelo como root',
  iec: '¿está listo el IEC, y alcanza cada enlace? envía 9 MB a cada nodo, los borra y lee otros tantos',
  site: 'el sitio como llegan a él los lectores (si se omite, como lo ve esta máquina)',
  from: 'la dirección del IEC, según la cual pueden cambiar las reglas de sshd',
  declare: 'declara lo que desde aquí no se puede ver; puede darse varias veces',
  noLink: 'no mide los enlaces: revisa cada nodo y no envía nada',
  constancia: 'escribe una página fechada y firmada, para entregarla, y a su lado la firma (.sig)',
  verify: 'no revisa nada; comprueba una constancia y su firma',
  key: 'con --verify: de quién debe ser la firma',

  noFrom: (text) => `--from ${text} no es una dirección`,
  asFrom: 'como 192.0.2.10',
  noSite: (text) => `--site ${text} no es una dirección`,
  asSite: 'como https://prep.example/',
  noDeclaration: (text) => `--declare ${text}: no es CLAVE=TEXTO de algo que pueda declararse`,
  badDeclaration: (id, why) => `--declare ${id}: ${why}`,
  looking: (part) => `revisando: ${part}`,
  hangs: 'la máquina no contesta: un disco o un montaje no responde',
  handIn: (file) => `entregue ${file} con ${file}.sig`,
  rootSeesMore: 'root ve más: ejecútelo como root',
  authentic: 'auténtica',
  ofIec: (file, authentic, time) => `${file}: ${authentic}, del IEC, ${time}`,
  ofNode: (file, authentic, node, time) => `${file}: ${authentic}, de ${node}, ${time}`,
  signedBy: (fingerprint) => `  firmada por     ${fingerprint}`,
  checks: (counts) => `  comprobaciones  ${counts}`,
  keyNotKnown: 'no se sabe si ésta es la llave del nodo: compárela, o dé --key ARCHIVO.pub',
};

export const DOCTOR = bilingual(en, es);

/** What a doctor looks at, as a line of progress. */
const partsEn = {
  services: 'services',
  machine: 'machine',
  trust: 'trust',
  entrance: 'entrance',
  site: 'site',
  defence: 'defence',
};

const partsEs: SameAs<typeof partsEn> = {
  services: 'servicios',
  machine: 'máquina',
  trust: 'confianza',
  entrance: 'entrada',
  site: 'sitio',
  defence: 'defensas',
};

export const DOCTOR_PARTS: Readonly<Record<string, Said>> = bilingual(partsEn, partsEs);
