import { bilingual, type SameAs } from '../../format/said.ts';

/** The options of every command that signs, and what is wrong with a key. */

const en = {
  key: 'the private key (OpenSSH, ssh-ed25519); with --agent, its public half',
  agent: 'sign with the ssh-agent at SSH_AUTH_SOCK',
  passphraseFile: 'read the passphrase from a file instead of asking for it',
  noAgent: 'no ssh-agent: SSH_AUTH_SOCK is not set',
  startAgent: 'start one with: eval $(ssh-agent)',
  addAgent: 'add --agent, if an ssh-agent has it',
  writeAgent: (config: string) => `write agent = true in ${config}, if an ssh-agent has it`,
  askPassphrase: (key: string) => `passphrase of ${key}:`,
  givePassphrase: 'give the passphrase with --passphrase-file',
  takeOffPassphrase: (file: string) => `take it off: ssh-keygen -p -N '' -f ${file} (or give it with --passphrase-file)`,
  encryptedOfDaemon: (file: string) => `${file} is encrypted, and a daemon can't be asked for a passphrase`,
  encrypted: (file: string) => `${file} is encrypted`,
  intoAgent: 'put it in an ssh-agent and name its .pub',
  publicWithoutAgent: (file: string) => `${file} is a public key, and there is no ssh-agent: SSH_AUTH_SOCK is not set`,
};

const es: SameAs<typeof en> = {
  key: 'la llave privada (OpenSSH, ssh-ed25519); con --agent, su mitad pública',
  agent: 'firma con el ssh-agent que está en SSH_AUTH_SOCK',
  passphraseFile: 'lee la frase de paso de un archivo, en lugar de preguntarla',
  noAgent: 'no hay ssh-agent: SSH_AUTH_SOCK no está puesta',
  startAgent: 'inicie uno con: eval $(ssh-agent)',
  addAgent: 'agregue --agent, si la tiene un ssh-agent',
  writeAgent: (config) => `escriba agent = true en ${config}, si la tiene un ssh-agent`,
  askPassphrase: (key) => `frase de paso de ${key}:`,
  givePassphrase: 'dé la frase de paso con --passphrase-file',
  takeOffPassphrase: (file) => `quítesela: ssh-keygen -p -N '' -f ${file} (o désela con --passphrase-file)`,
  encryptedOfDaemon: (file) => `${file} está cifrada, y a un servicio no se le puede preguntar la frase de paso`,
  encrypted: (file) => `${file} está cifrada`,
  intoAgent: 'póngala en un ssh-agent y dé el nombre de su .pub',
  publicWithoutAgent: (file) => `${file} es una llave pública, y no hay ssh-agent: SSH_AUTH_SOCK no está puesta`,
};

export const SIGNING = bilingual(en, es);
