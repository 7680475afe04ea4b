/** What `difusor presentacion` says. */
interface PresentacionWords {
  readonly description: string;
  readonly install: string;
  readonly folder: string;
  readonly name: string;
  readonly list: string;
  readonly remove: string;
  readonly which: string;
  readonly config: string;
  readonly json: string;
  installed(name: string, files: string, bytes: string): string;
  was(name: string): string;
  hash(groups: string): string;
  readonly whenShown: string;
  removed(name: string): string;
  notInstalled(name: string): string;
  notAName(name: string): string;
  readonly sayName: string;
  readonly none: string;
  one(name: string, hash: string, files: string, bytes: string): string;
  readonly damaged: string;
  shown(phase: string, title: string, first: number): string;
  soon(phase: string, title: string): string;
  notAuthorized(phase: string): string;
  hereIs(there: string): string;
}

const en: PresentacionWords = {
  description: "this Difusor's own presentations, which are shown while the newest corte authorises them",
  install: "copy a template into the node's state",
  folder: "the template's folder: static files that read the corte's below corte/",
  name: "what the IEC authorised it as (default: the folder's name)",
  list: 'what is installed, and what of it is authorised and shown',
  remove: 'take a presentation away, with all its templates',
  which: 'its name',
  config: "the node's configuration",
  json: 'print one JSON object',
  installed: (name, files, bytes) => `installed ${name}: ${files} files, ${bytes} bytes`,
  was: (name) => `this template of ${name} was installed already`,
  hash: (groups) => `  hash  ${groups}`,
  whenShown: 'it is shown from the corte on that authorises this hash',
  removed: (name) => `removed ${name}; readers are led to the publication`,
  notInstalled: (name) => `no presentation ${name} is installed`,
  notAName: (name) => `${name} is not a name: a-z, 0-9 and inner hyphens, at most 32`,
  sayName: 'say it with --name, as the IEC authorised it',
  none: 'no presentation is installed',
  one: (name, hash, files, bytes) => `${name}  ${hash}…  ${files} files, ${bytes} bytes`,
  damaged: '  DAMAGED: install it again',
  shown: (phase, title, first) => `  ${phase}: shown, “${title}”, authorised from corte ${first} on`,
  soon: (phase, title) => `  ${phase}: authorised, “${title}”, and not shown yet: the daemon does it`,
  notAuthorized: (phase) => `  ${phase}: not authorised with the newest corte`,
  hereIs: (there) => `installed: ${there}`,
};

const es: PresentacionWords = {
  description: 'las presentaciones propias de este Difusor, que se muestran mientras el último corte las autoriza',
  install: 'copia una plantilla al estado del nodo',
  folder: 'la carpeta de la plantilla: archivos estáticos que leen los del corte en corte/',
  name: 'como la autorizó el IEC (si se omite, el nombre de la carpeta)',
  list: 'qué está instalado, y qué de ello está autorizado y se muestra',
  remove: 'retira una presentación, con todas sus plantillas',
  which: 'su nombre',
  config: 'la configuración del nodo',
  json: 'imprime un objeto JSON',
  installed: (name, files, bytes) => `instalada ${name}: ${files} archivos, ${bytes} bytes`,
  was: (name) => `esta plantilla de ${name} ya estaba instalada`,
  hash: (groups) => `  código  ${groups}`,
  whenShown: 'se muestra desde el corte que autorice este código de integridad',
  removed: (name) => `retirada ${name}; los lectores van a la publicación`,
  notInstalled: (name) => `no hay instalada una presentación ${name}`,
  notAName: (name) => `${name} no es un nombre: a-z, 0-9 y guiones interiores, 32 cuando más`,
  sayName: 'dígalo con --name, como lo autorizó el IEC',
  none: 'no hay ninguna presentación instalada',
  one: (name, hash, files, bytes) => `${name}  ${hash}…  ${files} archivos, ${bytes} bytes`,
  damaged: '  DAÑADA: instálela otra vez',
  shown: (phase, title, first) => `  ${phase}: se muestra, «${title}», autorizada desde el corte ${first}`,
  soon: (phase, title) => `  ${phase}: autorizada, «${title}», y todavía no se muestra: lo hace el demonio`,
  notAuthorized: (phase) => `  ${phase}: no autorizada con el último corte`,
  hereIs: (there) => `hay instaladas: ${there}`,
};

export const PRESENTACION_WORDS = { es, en } as const;
