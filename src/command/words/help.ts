import { bilingual, type SameAs } from '../../format/said.ts';

/** What help says of the program, and what several roles say with the same words. */

const en = {
  program: 'What citizens read at a Difusor is, to the byte, what the electoral institute made.',
  version: 'print the version',
  help: 'print this help',
  helpOf: 'print the help of a command',
  language: "the language of what is told (default: the account's, by LANG); JSON is the same in both",
  json: 'print one JSON object',
  nodeConfig: "the node's configuration",
  iecConfig: "the IEC's configuration",
  onlyDifusor: 'only the nodes of this Difusor',
  onlyPhase: 'only this phase',
};

const es: SameAs<typeof en> = {
  program: 'Lo que se lee en un Difusor es, byte por byte, lo que hizo el instituto electoral.',
  version: 'imprime la versión',
  help: 'imprime esta ayuda',
  helpOf: 'imprime la ayuda de una orden',
  language: 'el idioma de lo que se dice (si se omite, el de la cuenta, según LANG); el JSON es igual en los dos',
  json: 'imprime un objeto JSON',
  nodeConfig: 'la configuración del nodo',
  iecConfig: 'la configuración del IEC',
  onlyDifusor: 'sólo los nodos de este Difusor',
  onlyPhase: 'sólo esta fase',
};

export const HELP = bilingual(en, es);
