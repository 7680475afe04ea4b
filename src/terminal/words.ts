import { bilingual, type SameAs } from '../format/said.ts';

/** What is said around all commands: about questions, failures of the system, slips at the keyboard. */

const en = {
  warning: 'warning',
  hint: 'hint',
  cannotAsk: (question: string) => `cannot ask: ${question}`,
  otherEncoding: 'what was typed is not UTF-8 text: the terminal has another encoding',
  interrupted: 'interrupted',
  exampleOf: (command: string) => `an example of it: ${command}`,
  meant: (right: string, typed: string) => `did you mean ${right}, and not ${typed}?`,
};

const es: SameAs<typeof en> = {
  warning: 'advertencia',
  hint: 'sugerencia',
  cannotAsk: (question) => `no se puede preguntar: ${question}`,
  otherEncoding: 'lo que se escribió no es texto UTF-8: la terminal usa otra codificación',
  interrupted: 'interrumpido',
  exampleOf: (command) => `un ejemplo: ${command}`,
  meant: (right, typed) => `¿quiso decir ${right}, en lugar de ${typed}?`,
};

export const TERMINAL = bilingual(en, es);

const whoseEn = (path: string) =>
  `whose it is: ls -ld ${path}; what a service owns is done as its account: runuser -u cotejo -- cotejo …`;
const whoseEs = (path: string) =>
  `de quién es: ls -ld ${path}; lo que es de un servicio se hace con su cuenta: runuser -u cotejo -- cotejo …`;

/** What an administrator does about a failure of the system, by its code. */
const hintsEn = {
  EACCES: whoseEn,
  EPERM: whoseEn,
  EISDIR: 'that is a folder: name a file',
  ENOTDIR: 'a part of that path is a file: name a folder',
  EROFS: (path: string) => `that file system is mounted read-only: findmnt -T ${path}`,
  ENOSPC: (path: string) => `what is full, space or inodes: df -h ${path} and df -i ${path}`,
  EDQUOT: "the account's quota is used up: quota -s",
  EADDRINUSE: 'who listens there: ss -ltnp; choose another port, or stop that one',
  EADDRNOTAVAIL: 'this machine has no such address: ip address',
};

const hintsEs: SameAs<typeof hintsEn> = {
  EACCES: whoseEs,
  EPERM: whoseEs,
  EISDIR: 'eso es una carpeta: dé el nombre de un archivo',
  ENOTDIR: 'una parte de esa ruta es un archivo: dé el nombre de una carpeta',
  EROFS: (path) => `ese sistema de archivos está montado como de sólo lectura: findmnt -T ${path}`,
  ENOSPC: (path) => `qué está lleno, el espacio o los inodos: df -h ${path} y df -i ${path}`,
  EDQUOT: 'se acabó la cuota de la cuenta: quota -s',
  EADDRINUSE: 'quién escucha ahí: ss -ltnp; elija otro puerto, o detenga a ese programa',
  EADDRNOTAVAIL: 'esta máquina no tiene esa dirección: ip address',
};

export const SYSTEM_HINTS = bilingual(hintsEn, hintsEs);
