import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo difusor presentacion`. */

const en = {
  description: "this Difusor's own presentations, which are shown while the newest corte authorises them",
  install: "copy a template into the node's state",
  folder: "the template's folder: static files that read the corte's below corte/",
  name: "what the IEC authorised it as (default: the folder's name)",
  list: 'what is installed, and what of it is authorised and shown',
  remove: 'take a presentation away, with all its templates',
  which: 'its name',
  installed: (name: string, files: string, bytes: string) => `installed ${name}: ${files} files, ${bytes} bytes`,
  was: (name: string) => `this template of ${name} was installed already`,
  hash: (groups: string) => `  hash  ${groups}`,
  whenShown: 'it is shown from the corte on that authorises this hash',
  removed: (name: string) => `removed ${name}; readers are led to the publication`,
  notInstalled: (name: string) => `no presentation ${name} is installed`,
  notAName: (name: string) => `${name} is not a name: a-z, 0-9 and inner hyphens, at most 32`,
  sayName: 'say it with --name, as the IEC authorised it',
  none: 'no presentation is installed',
  one: (name: string, hash: string, files: string, bytes: string) => `${name}  ${hash}…  ${files} files, ${bytes} bytes`,
  damaged: '  DAMAGED: install it again',
  shown: (phase: string, title: string, first: number) => `  ${phase}: shown, “${title}”, authorised from corte ${first} on`,
  soon: (phase: string, title: string) => `  ${phase}: authorised, “${title}”, and not shown yet: the daemon does it`,
  notAuthorized: (phase: string) => `  ${phase}: not authorised with the newest corte`,
  hereIs: (there: string) => `installed: ${there}`,
};

const es: SameAs<typeof en> = {
  description: 'las presentaciones propias de este Difusor, que se muestran mientras el último corte las autoriza',
  install: 'copia una plantilla al estado del nodo',
  folder: 'la carpeta de la plantilla: archivos estáticos que leen los del corte en corte/',
  name: 'como la autorizó el IEC (si se omite, el nombre de la carpeta)',
  list: 'qué está instalado, y qué de ello está autorizado y se muestra',
  remove: 'retira una presentación, con todas sus plantillas',
  which: 'su nombre',
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

export const PRESENTACION = bilingual(en, es);
