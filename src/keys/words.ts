import { bilingual } from '../format/said.ts';

/** What is said of keys that can't be used. */

const en = {
  notInAgent: (print: string) => `the agent does not have ${print}`,
  addToAgent: 'add it with: ssh-add FILE',
  notSigned: (why: string) => `the agent did not sign: ${why}`,
  noReason: 'no answer',
  agentSilent: (why: string) => `the agent does not answer: ${why}`,
  agentTime: (seconds: number) => `nothing came within ${seconds} s`,
  badSignature: 'the key made a signature that its public half does not verify',

  encryptedForService: (file: string) => `${file} is encrypted, and a service can't be asked for a passphrase`,
  notRegular: (file: string) => `${file} is not a regular file`,
  othersRead: (file: string) => `others may read ${file}`,
  privateWanted: (file: string) => `${file} is the public half of a key, and the private one is wanted`,
  nameHalf: (half: string) => `name its private half: ${half}`,
  nameOtherHalf: 'name its private half, the file of the same name without .pub, which is not here',
  orElse: (one: string, other: string) => `${one}; or ${other}`,
  wrongPassphrase: (file: string) => `the passphrase does not open ${file}`,
  publicWanted: (file: string) => `${file} is a private key, and its public half is wanted`,
  namePublic: (half: string) => `name its public half: ${half}`,
  writePublic: (file: string, half: string) => `write its public half: ssh-keygen -y -f ${file} > ${half}`,

  privateKey: 'an ssh-ed25519 private key of OpenSSH',
  publicKey: 'an ssh-ed25519 public key',
  encryptedWith: (file: string, cipher: string) => `${file} is encrypted with ${cipher}, which can't be opened here`,
  encryptedBy: (file: string, kdf: string) => `${file} is encrypted by ${kdf}, which can't be opened here`,
  encryptAnew: (file: string) => `encrypt it anew: ssh-keygen -p -Z aes256-ctr -f ${file}; or put it in an ssh-agent`,
  newKey: 'make one with: ssh-keygen -t ed25519 -f NAME',
  securityKey: (file: string, type: string, needed: string) => `${file} is a key on a security key (${type}), not ${needed}`,
  otherType: (file: string, type: string, needed: string) => `${file} is a key of type ${type}, not ${needed}`,
  ofPutty: (file: string, needed: string) => `${file} is a key of PuTTY's form, not ${needed}`,
  fromPutty: (file: string) => `puttygen ${file} -O private-openssh -o NEW`,
  inPem: (file: string, form: string, needed: string) => `${file} is a key in PEM form (${form}), not ${needed}`,
  damaged: (file: string) => `${file} is a private key that is cut or damaged`,
  fromBackup: 'take it from its backup',
  notNeeded: (file: string, needed: string) => `${file} is not ${needed}`,

  lineIsPrivate: 'this is a private key, and here belongs its public half: the line of its .pub file',
  lineOtherType: 'expected a key of type ssh-ed25519, found another one',
  lineDamaged: 'this key is cut or damaged: copy the whole line of its .pub file',
  lineWanted: 'expected a key as ssh-ed25519 AAAA…, the line of its .pub file',
};

const es: typeof en = {
  notInAgent: (print) => `el agente no tiene ${print}`,
  addToAgent: 'agréguela con: ssh-add ARCHIVO',
  notSigned: (why) => `el agente no firmó: ${why}`,
  noReason: 'no hubo respuesta',
  agentSilent: (why) => `el agente no responde: ${why}`,
  agentTime: (seconds) => `no llegó nada en ${seconds} s`,
  badSignature: 'la llave hizo una firma que su mitad pública no comprueba',

  encryptedForService: (file) => `${file} está cifrado, y a un servicio no se le puede preguntar la frase de paso`,
  notRegular: (file) => `${file} no es un archivo regular`,
  othersRead: (file) => `otros pueden leer ${file}`,
  privateWanted: (file) => `${file} es la mitad pública de una llave, y hace falta la privada`,
  nameHalf: (half) => `dé el nombre de su mitad privada: ${half}`,
  nameOtherHalf: 'dé el nombre de su mitad privada, el archivo del mismo nombre sin .pub, que no está aquí',
  orElse: (one, other) => `${one}; o ${other}`,
  wrongPassphrase: (file) => `la frase de paso no abre ${file}`,
  publicWanted: (file) => `${file} es una llave privada, y hace falta su mitad pública`,
  namePublic: (half) => `dé el nombre de su mitad pública: ${half}`,
  writePublic: (file, half) => `escriba su mitad pública: ssh-keygen -y -f ${file} > ${half}`,

  privateKey: 'una llave privada ssh-ed25519 de OpenSSH',
  publicKey: 'una llave pública ssh-ed25519',
  encryptedWith: (file, cipher) => `${file} está cifrado con ${cipher}, que aquí no se puede abrir`,
  encryptedBy: (file, kdf) => `${file} está cifrado por ${kdf}, que aquí no se puede abrir`,
  encryptAnew: (file) => `cífrelo de nuevo: ssh-keygen -p -Z aes256-ctr -f ${file}; o póngalo en un ssh-agent`,
  newKey: 'haga una con: ssh-keygen -t ed25519 -f NOMBRE',
  securityKey: (file, type, needed) => `${file} es una llave en un dispositivo de seguridad (${type}), no ${needed}`,
  otherType: (file, type, needed) => `${file} es una llave de tipo ${type}, no ${needed}`,
  ofPutty: (file, needed) => `${file} es una llave en la forma de PuTTY, no ${needed}`,
  fromPutty: (file) => `puttygen ${file} -O private-openssh -o NUEVA`,
  inPem: (file, form, needed) => `${file} es una llave en forma PEM (${form}), no ${needed}`,
  damaged: (file) => `${file} es una llave privada incompleta o dañada`,
  fromBackup: 'tómela de su respaldo',
  notNeeded: (file, needed) => `${file} no es ${needed}`,

  lineIsPrivate: 'ésta es una llave privada, y aquí va su mitad pública: la línea de su archivo .pub',
  lineOtherType: 'se esperaba una llave de tipo ssh-ed25519 y hay otra',
  lineDamaged: 'esta llave está incompleta o dañada: copie la línea entera de su archivo .pub',
  lineWanted: 'se esperaba una llave como ssh-ed25519 AAAA…, la línea de su archivo .pub',
};

export const words = bilingual(en, es);
