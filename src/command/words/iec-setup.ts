import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec init`, `iec add-difusor`, `iec check`. */

const en = {
  init: 'set up the IEC: configuration, folders, its SSH key; prints what the Difusores need',
  configToWrite: 'the configuration to write',
  anchor: 'a trust document to begin the chain with, its signatures beside it',
  source: 'what is published (beside the configuration; for /etc/cotejo, /srv/prep/publicacion)',
  addDifusor: "add a Difusor's node to the configuration",
  introduction: 'what `cotejo difusor init --json` printed on the node; - for standard input',
  host: "the node's host name or address",
  port: 'its SSH port',
  user: 'the account there (default: cotejo-iec; iec with --built-in)',
  builtIn: 'the node runs `difusor run --sftp` and no sshd',
  title: "the Difusor's name as citizens know it",
  url: 'where it publishes; needed for a new Difusor',
  logo: 'svg, png, jpeg or webp, at most 128 KiB',
  contact: 'its technical person: name, post, telephone, hours',
  phone: 'the number to dial for that person (default: the one in --contact)',
  inbox: 'the inbox as the account sees it',
  outbox: 'the outbox as the account sees it',
  check: 'connect to each node and look: host key, account, folders, room, clock; sends nothing',

  isSetUp: (config: string) => `The IEC is set up in ${config}. Every Difusor needs its SSH key:`,
  chain: (folder: string) => `  chain       ${folder}`,
  sourceIs: (folder: string) => `  source      ${folder}`,
  panel: (folder: string) => `  panel       ${folder}`,
  noPort: (port: string) => `--port ${port} is no port`,
  standardInput: 'standard input',
  hasNodes: (config: string, nodes: number, difusores: number) => `${config} has ${nodes} nodes of ${difusores} Difusores`,
  tryIt: (config: string) => `try it: cotejo iec check --config ${config}`,
  noNode: 'no node is configured',
  good: 'good',
  stands: (trust: number | string | null, corte: number | string) => `trust ${trust}, corte ${corte}`,
  left: (room: string) => `${room} left`,
};

const es: SameAs<typeof en> = {
  init: 'prepara al IEC: configuración, carpetas, su llave SSH; imprime lo que los Difusores necesitan',
  configToWrite: 'la configuración que se escribe',
  anchor: 'un documento de confianza con el que la cadena empieza, sus firmas a su lado',
  source: 'lo que se publica (junto a la configuración; para /etc/cotejo, /srv/prep/publicacion)',
  addDifusor: 'agrega a la configuración un nodo de un Difusor',
  introduction: 'lo que imprimió `cotejo difusor init --json` en el nodo; - para la entrada estándar',
  host: 'el nombre o la dirección del servidor',
  port: 'su puerto de SSH',
  user: 'la cuenta que ahí se usa (si se omite, cotejo-iec; con --built-in, iec)',
  builtIn: 'el nodo usa `difusor run --sftp`, y no sshd',
  title: 'el nombre del Difusor como lo conoce la ciudadanía',
  url: 'dónde publica; hace falta para un Difusor nuevo',
  logo: 'svg, png, jpeg o webp, a lo más 128 KiB',
  contact: 'su persona técnica: nombre, puesto, teléfono, horario',
  phone: 'el número que se marca para esa persona (si se omite, el que está en --contact)',
  inbox: 'la carpeta de llegada, como la ve la cuenta',
  outbox: 'la carpeta de acuses, como la ve la cuenta',
  check: 'se conecta a cada nodo y revisa: llave del servidor, cuenta, carpetas, espacio, reloj; no envía nada',

  isSetUp: (config) => `El IEC quedó preparado en ${config}. Cada Difusor necesita su llave SSH:`,
  chain: (folder) => `  cadena       ${folder}`,
  sourceIs: (folder) => `  publicación  ${folder}`,
  panel: (folder) => `  panel        ${folder}`,
  noPort: (port) => `--port ${port} no es un puerto`,
  standardInput: 'la entrada estándar',
  hasNodes: (config, nodes, difusores) =>
    `${config} tiene ${nodes === 1 ? '1 nodo' : `${nodes} nodos`} de ${difusores === 1 ? '1 Difusor' : `${difusores} Difusores`}`,
  tryIt: (config) => `pruébelo: cotejo iec check --config ${config}`,
  noNode: 'no hay ningún nodo en la configuración',
  good: 'bien',
  stands: (trust, corte) => `confianza ${trust}, corte ${corte}`,
  left: (room) => `quedan ${room}`,
};

export const IEC_SETUP = bilingual(en, es);
