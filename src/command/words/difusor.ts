import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo difusor …`, except what init asks (difusor-init-words.ts) and what doctor says. */

const en = {
  difusor: "a Difusor's node: admits, publishes, keeps watch",
  admit: 'one pass over the inbox, or over the named deliveries',
  delivery: 'delivery folders, left where they are',
  jsonLines: 'one JSON object a line',
  run: 'the daemon',
  sftp: 'a built-in SFTP inbox, for those who run no sshd',
  http: 'a built-in web server, for those who run none',
  status: 'what is live, how fresh it is, and what was refused',
  repair: 're-read every public byte and restore what differs; exit 1 if something did',
  guard: 'beside the daemon: shows the notice when it is due and the daemon does not',
  signs: 'a folder in memory for the signs that the web server asks for',
  serve: (what: string) => `what run --${what} starts`,
  listen: 'where',
  underDaemon: 'for `difusor run` alone',

  admitted: (delivery: string) => `${delivery}: admitted`,
  alreadyAdmitted: (delivery: string) => `${delivery}: already-admitted`,
  deferred: (delivery: string, code: string, why: string) => `${delivery}: deferred (${code}): ${why}`,
  refused: (delivery: string, code: string, why: string) => `${delivery}: refused (${code}): ${why}`,
  anotherDaemon: (state: string) => `another daemon runs on ${state}`,
  nothingPublic: 'nothing is public yet',
  read: (phase: string, number: number, files: number, bytes: number) => `${phase} ${number}: ${files} files, ${bytes} bytes read`,
  allRight: (head: string) => `${head}; all as the IEC made them`,
  differed: (head: string, count: number) => `${head}; ${count} differed`,
  restored: (path: string) => `  restored: ${path}`,
  notRestored: (path: string) => `  NOT restored, taken away: ${path}`,
  wrongCopy: (path: string) => `  its compressed copy was another's, taken away: ${path}`,
  otherUser: (folder: string) => `${folder} is another user's`,
  runAsUser: 'run it as that user: runuser -u cotejo -- cotejo difusor …',
  leftByDrill: (kinds: string) =>
    `a drill is under way, or was cut short and left this not undone: ${kinds} (cotejo simulacro undo)`,
  noSftp: 'the configuration has no [sftp]',
};

const es: SameAs<typeof en> = {
  difusor: 'el nodo de un Difusor: admite, publica, vigila',
  admit: 'una pasada por la carpeta de llegada, o por las entregas que se nombren',
  delivery: 'carpetas de entregas, que se quedan donde están',
  jsonLines: 'un objeto JSON por renglón',
  run: 'el servicio',
  sftp: 'una entrada SFTP propia, para quien no usa sshd',
  http: 'un servidor web propio, para quien no tiene otro',
  status: 'qué está en vivo, qué tan al día está y qué se rechazó',
  repair: 'relee cada byte público y restaura lo que difiera; termina con 1 si algo difería',
  guard: 'junto al servicio: muestra el aviso cuando toca y el servicio no lo hace',
  signs: 'una carpeta en memoria para las señales que pide el servidor web',
  serve: (what) => `lo que inicia run --${what}`,
  listen: 'dónde escucha',
  underDaemon: 'sólo para `difusor run`',

  admitted: (delivery) => `${delivery}: admitida`,
  alreadyAdmitted: (delivery) => `${delivery}: ya estaba admitida`,
  deferred: (delivery, code, why) => `${delivery}: en espera (${code}): ${why}`,
  refused: (delivery, code, why) => `${delivery}: rechazada (${code}): ${why}`,
  anotherDaemon: (state) => `otro servicio trabaja sobre ${state}`,
  nothingPublic: 'todavía no hay nada público',
  read: (phase, number, files, bytes) => `${phase} ${number}: ${files} archivos, ${bytes} bytes leídos`,
  allRight: (head) => `${head}; todos como los hizo el IEC`,
  differed: (head, count) => `${head}; ${count === 1 ? '1 difería' : `${count} diferían`}`,
  restored: (path) => `  restaurado: ${path}`,
  notRestored: (path) => `  SIN restaurar, se quitó: ${path}`,
  wrongCopy: (path) => `  su copia comprimida era otra, se quitó: ${path}`,
  otherUser: (folder) => `${folder} es de otra cuenta`,
  runAsUser: 'ejecútelo con esa cuenta: runuser -u cotejo -- cotejo difusor …',
  leftByDrill: (kinds) => `hay un simulacro en marcha, o uno se interrumpió y dejó sin deshacer: ${kinds} (cotejo simulacro undo)`,
  noSftp: 'la configuración no tiene [sftp]',
};

export const DIFUSOR = bilingual(en, es);
