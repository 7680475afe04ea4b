import { bilingual, type SameAs } from '../../format/said.ts';

/** The commands that belong to no role, and the manual. */

const en = {
  demo: 'an election night on this machine: custodians, IEC, two Difusores, attacks, a cut link, a new key',
  once: 'end by itself; exit 0 if everything that should be refused was',
  speed: (usual: number) => `how many times faster than the clock (default: ${usual}; with --once no waiting at all)`,
  noSpeed: (text: string) => `--speed ${text} is no number over 0`,
  noTool: (tool: string, from: string) => `there is no ${tool} on this machine: it comes with ${from}, which every Linux has`,

  completion: 'print the shell completion of this command',
  shell: 'which shell',

  manual: 'print the manual page of this command',
  section: 'User Commands',
  headName: 'NAME',
  headSynopsis: 'SYNOPSIS',
  headDescription: 'DESCRIPTION',
  headCommands: 'COMMANDS',
  headOptions: 'OPTIONS OF EVERY COMMAND',
  headExit: 'EXIT STATUS',
  headEnvironment: 'ENVIRONMENT',
  name: 'the act of checking a copy against its original',
  about:
    'Custodians say which keys sign, the institute signs every corte, each Difusor verifies before it publishes, and anyone can check the whole chain afterwards.',
  exit0: 'done, all is authentic',
  exit1: 'refused: something is not authentic, or not what it should be',
  exit2: 'wrong usage or configuration',
  exit3: 'cannot tell: I/O, network, a missing file',
  noColor: 'no colour, even on a terminal',
  locale: 'the language of what is told, Spanish or English; --lang is stronger',
  proxy:
    'the proxy through which the audits, traer and the IEC ask web sites and time-stamp authorities, as curl takes them: large letters too, but http_proxy in small ones only; http:// and https:// proxies, with a name and a password where they want one',
  agent: 'the agent that --agent asks',
  credentials: "systemd's credentials: a key file there may have any mode",
  debug: 'tell every step with its milliseconds on stderr, and the stack of an unexpected error',
};

const es: SameAs<typeof en> = {
  demo: 'una noche de elección en esta máquina: custodios, IEC, dos Difusores, ataques, un enlace cortado, una llave nueva',
  once: 'termina sola; con 0 si se rechazó todo lo que debía rechazarse',
  speed: (usual) => `cuántas veces más rápido que el reloj (si se omite, ${usual}; con --once no se espera nada)`,
  noSpeed: (text) => `--speed ${text} no es un número mayor que 0`,
  noTool: (tool, from) => `en esta máquina no está ${tool}: viene con ${from}, que todo Linux tiene`,

  completion: 'imprime lo que el intérprete necesita para completar esta orden',
  shell: 'qué intérprete',

  manual: 'imprime la página de manual de esta orden',
  section: 'Órdenes de usuario',
  headName: 'NOMBRE',
  headSynopsis: 'SINOPSIS',
  headDescription: 'DESCRIPCIÓN',
  headCommands: 'ÓRDENES',
  headOptions: 'OPCIONES DE TODA ORDEN',
  headExit: 'ESTADO DE SALIDA',
  headEnvironment: 'ENTORNO',
  name: 'el acto de comparar una copia con su original',
  about:
    'Los custodios dicen qué llaves firman, el instituto firma cada corte, cada Difusor comprueba antes de publicar y cualquiera puede revisar después la cadena completa.',
  exit0: 'hecho, todo es auténtico',
  exit1: 'rechazado: algo no es auténtico, o no es lo que debe ser',
  exit2: 'la orden o la configuración están mal',
  exit3: 'no se puede saber: disco, red, un archivo que falta',
  noColor: 'sin colores, aun en una terminal',
  locale: 'el idioma de lo que se dice, español o inglés; --lang puede más',
  proxy:
    'el proxy por el que las auditorías, traer y el IEC preguntan a los sitios y a las autoridades de sellado, como las entiende curl: también en mayúsculas, pero http_proxy sólo en minúsculas; proxies http:// y https://, con usuario y contraseña donde los piden',
  agent: 'el agente al que pregunta --agent',
  credentials: 'las credenciales de systemd: ahí el archivo de una llave puede tener cualquier modo',
  debug: 'cuenta en la salida de errores cada paso con sus milisegundos, en inglés, y la pila de un error inesperado',
};

export const PROGRAM = bilingual(en, es);
