import { bilingual, type SameAs } from '../../format/said.ts';

/** What is said of the IEC's configuration, and of what is added to it. */

const english = {
  thereAlready: (file: string) => `${file} is there already`,
  nothingChanged: 'nothing was changed: to change it, edit it; for a new one, move this one away or name another',
  noPhase: (anchor: string, phase: string) => `${anchor} has no phase ${phase}`,
  has: (names: string) => `it has: ${names}`,
  noHostKey: 'the introduction has no host key',
  makeHostKey: 'on the node: ssh-keygen -A, then difusor init again',
  nodeThere: (node: string, file: string) => `${node} is in ${file} already`,
  changeLines: 'change its lines there, or take them out first',
  noLogo: (logo: string) => `--logo ${logo}: there is no such file`,
  needsUrl: (difusor: string) => `${difusor} is new: its --url is needed`,
  cannotAdd: (file: string) => `${file}: the node can't be added to what is written there`,
  byHand: 'write its lines by hand: see docs/iec.md',
  ofIntroduction: (key: string, what: string) => `the introduction's ${key}: ${what}`,
  ofOption: (option: string, what: string) => `${option}: ${what}`,
  notJson: 'the introduction is not JSON',
  whatItIs: 'it is what `cotejo difusor init --json` prints',
  lacks: (member: string) => `the introduction lacks ${member}`,
  lacksMembers: 'the introduction lacks what it should say',
  oneAcuseKey: (place: string, other: string, node: string) => `${place}: ${other} and ${node} have one acuse_key`,
  everyNodeOwn: 'every node has its own: `cotejo difusor init` prints it',
  twoDifusores: (place: string, name: string) => `${place}: two entries for Difusor ${name}`,
  twoNodes: (place: string, difusor: string, name: string) => `${place}: two entries for node of ${difusor} ${name}`,
  theOther: (place: string) => `the other: ${place}`,
  howToMake: 'write it with: cotejo iec init; where the IEC is installed it is /etc/cotejo/IEC.toml',
} as const;

const spanish: SameAs<typeof english> = {
  thereAlready: (file) => `${file} ya existe`,
  nothingChanged: 'no se cambió nada: para cambiarlo, edítelo; para uno nuevo, mueva este o nombre otro',
  noPhase: (anchor, phase) => `${anchor} no tiene la fase ${phase}`,
  has: (names) => `tiene: ${names}`,
  noHostKey: 'los datos del nodo no traen la llave del servidor',
  makeHostKey: 'en el nodo: ssh-keygen -A, y otra vez difusor init',
  nodeThere: (node, file) => `${node} ya está en ${file}`,
  changeLines: 'cambie ahí sus líneas, o quítelas primero',
  noLogo: (logo) => `--logo ${logo}: no existe ese archivo`,
  needsUrl: (difusor) => `${difusor} es nuevo: falta su --url`,
  cannotAdd: (file) => `${file}: el nodo no se puede agregar a lo que está escrito ahí`,
  byHand: 'escriba sus líneas a mano: vea docs/iec.md',
  ofIntroduction: (key, what) => `${key}, de los datos del nodo: ${what}`,
  ofOption: (option, what) => `${option}: ${what}`,
  notJson: 'los datos del nodo no son JSON',
  whatItIs: 'son lo que imprime `cotejo difusor init --json`',
  lacks: (member) => `a los datos del nodo les falta ${member}`,
  lacksMembers: 'a los datos del nodo les falta lo que deben decir',
  oneAcuseKey: (place, other, node) => `${place}: ${other} y ${node} tienen la misma acuse_key`,
  everyNodeOwn: 'cada nodo tiene la suya: la imprime `cotejo difusor init`',
  twoDifusores: (place, name) => `${place}: el Difusor ${name} está dos veces`,
  twoNodes: (place, difusor, name) => `${place}: el nodo ${name} de ${difusor} está dos veces`,
  theOther: (place) => `el otro lugar: ${place}`,
  howToMake: 'escríbalo con: cotejo iec init; donde el IEC está instalado es /etc/cotejo/IEC.toml',
};

export const words = bilingual(english, spanish);
