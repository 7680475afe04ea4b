import type { Verdict } from '../simulacro/judge.ts';

/**
 * What `cotejo simulacro` says at a terminal. English is shown; Spanish says the same. What the faults are, and what was
 * seen, is Spanish everywhere: it is handed in.
 */
interface SimulacroWords {
  readonly description: string;
  readonly undoDescription: string;
  readonly config: string;
  readonly phase: string;
  readonly site: string;
  readonly at: string;
  readonly from: string;
  readonly only: string;
  readonly slow: string;
  readonly revocation: string;
  readonly dryRun: string;
  readonly yes: string;
  readonly report: string;
  readonly verify: string;
  readonly key: string;
  readonly json: string;
  /** the script, before it is run */
  head(phase: string, who: string, minutes: number): string;
  within(span: string): string;
  lacks(why: string): string;
  readonly sure: string;
  readonly isYes: RegExp;
  readonly notConfirmed: string;
  readonly notConfirmedHint: string;
  readonly needsPhase: string;
  readonly needsPhaseHint: string;
  barredHint(phases: string): string;
  begins(title: string): string;
  readonly verdict: Readonly<Record<Verdict, string>>;
  sum(asExpected: number, other: number, notMade: number): string;
  handIn(file: string): string;
  readonly underWay: string;
  readonly underWayHint: string;
  undoneBefore(count: number): string;
  notUndone(what: string): string;
  readonly undoHint: string;
  undone(count: number): string;
  readonly nothingToUndo: string;
  readonly interrupted: string;
  readonly notMadeHint: string;
  authentic(file: string, who: string, at: string): string;
  readonly theIec: string;
  readonly signedBy: string;
  readonly keyUnknown: string;
  notAnAddress(option: string, text: string): string;
  notANumber(text: string): string;
  readonly fleetDescription: string;
  readonly fleetConfig: string;
  readonly fleetDifusor: string;
  readonly fleetSite: string;
  readonly silence: string;
}

const en: SimulacroWords = {
  description: 'a drill: makes faults in a phase of kind simulacro, looks what comes of each, undoes it; run it as root',
  undoDescription: 'put back what a drill that was cut short has left',
  config: "the node's configuration",
  phase: 'the phase of the drill, as the trust document names it; never an official one',
  site: "where readers find that phase (default: this machine's port 80)",
  at: "the address at which to ask for it: this machine's web server, whatever the name leads to",
  from: "the IEC's address, by which its link is cut",
  only: 'only these faults, with commas between them',
  slow: 'what a slow link lets through, kB a second',
  revocation: 'a folder with the trust document, prepared by the custodians, that ends the key of the drill',
  dryRun: 'print the script and what is missing for each fault; do nothing',
  yes: 'do not ask before it begins',
  report: 'write the signed report to hand in, and its signature beside it (.sig)',
  verify: 'do nothing; check a report and its signature',
  key: 'with --verify: whose signature it must be',
  json: 'print one JSON object',
  head: (phase, who, minutes) => `${who}: drill in ${phase}, at most ${minutes} min`,
  within: (span) => `within ${span}`,
  lacks: (why) => `can't be made here: ${why}`,
  sure: 'This makes real faults on this machine. Begin? (yes/no)',
  isYes: /^(y|yes|s|si|sí)$/i,
  notConfirmed: 'nothing was done: nobody confirmed it',
  notConfirmedHint: 'at a terminal it asks; elsewhere add --yes, after a look at --dry-run',
  needsPhase: 'which phase? --phase',
  needsPhaseHint: 'a phase of kind simulacro, such as simulacro-1',
  barredHint: (phases) => `the phases of the trust held: ${phases}`,
  begins: (title) => `drill: ${title}`,
  verdict: { 'como-se-esperaba': 'as expected', distinto: 'NOT AS EXPECTED', 'no-se-hizo': 'not made' },
  sum: (asExpected, other, notMade) => `as expected ${asExpected}, not as expected ${other}, not made ${notMade}`,
  handIn: (file) => `hand in ${file} with ${file}.sig`,
  underWay: 'a drill is under way on this machine',
  underWayHint: 'wait for its end, or end it: it puts everything back',
  undoneBefore: (count) => `a drill before this one was cut short: ${count} of its faults undone first`,
  notUndone: (what) => `not undone: ${what}`,
  undoHint: 'mend what it names, then again: cotejo simulacro undo',
  undone: (count) => `undone: ${count}; everything is as before the drill`,
  nothingToUndo: 'nothing to undo',
  interrupted: 'interrupted: what was done is undone',
  notMadeHint: 'a fault that was not made is not withstood: its reason says what is missing',
  authentic: (file, who, at) => `${file}: authentic, of ${who}, ${at}`,
  theIec: 'the IEC',
  signedBy: 'signed by',
  keyUnknown: "that this is the node's key is not known: compare it, or give --key FILE.pub",
  notAnAddress: (option, text) => `${option} ${text} is no address`,
  notANumber: (text) => `--slow ${text}: a whole number of kB a second, 1 to 100000`,
  fleetDescription: 'a drill of the fleet: forged and repeated cortes to every node, looked at and reported',
  fleetConfig: "the IEC's configuration, whose phase must be of kind simulacro",
  fleetDifusor: 'only the nodes of this Difusor',
  fleetSite: 'where readers find the phase of the drill at a Difusor; may be given several times',
  silence: "stop the IEC's own service too, until every node shows the notice; run it as root",
};

const es: SimulacroWords = {
  description: 'un simulacro: hace fallas en una fase de simulacro, mira qué pasa con cada una y la deshace; como root',
  undoDescription: 'deshace lo que dejó un simulacro que se interrumpió',
  config: 'la configuración del nodo',
  phase: 'la fase del simulacro, con su nombre en el documento de confianza; nunca una oficial',
  site: 'dónde encuentran los lectores esa fase (si se omite, el puerto 80 de esta máquina)',
  at: 'la dirección a la que se le pregunta: el servidor web de esta máquina, lleve el nombre adonde lleve',
  from: 'la dirección del IEC, por la que se corta su enlace',
  only: 'sólo estas fallas, separadas por comas',
  slow: 'lo que deja pasar un enlace lento, en kB por segundo',
  revocation: 'una carpeta con el documento de confianza, preparado por los custodios, que da de baja la llave del simulacro',
  dryRun: 'muestra el guion y qué falta para cada falla; no hace nada',
  yes: 'no pregunta antes de empezar',
  report: 'escribe el informe firmado que se entrega, y su firma al lado (.sig)',
  verify: 'no hace nada; comprueba un informe y su firma',
  key: 'con --verify: de quién debe ser la firma',
  json: 'imprime un objeto JSON',
  head: (phase, who, minutes) => `${who}: simulacro en ${phase}, a lo más ${minutes} min`,
  within: (span) => `en ${span}`,
  lacks: (why) => `aquí no se puede hacer: ${why}`,
  sure: 'Esto hace fallas de verdad en esta máquina. ¿Empezar? (sí/no)',
  isYes: /^(y|yes|s|si|sí)$/i,
  notConfirmed: 'no se hizo nada: nadie lo confirmó',
  notConfirmedHint: 'en una terminal se pregunta; fuera de ella agregue --yes, después de ver --dry-run',
  needsPhase: '¿en qué fase? --phase',
  needsPhaseHint: 'una fase de simulacro, como simulacro-1',
  barredHint: (phases) => `las fases del documento de confianza: ${phases}`,
  begins: (title) => `simulacro: ${title}`,
  verdict: { 'como-se-esperaba': 'como se esperaba', distinto: 'DISTINTO', 'no-se-hizo': 'no se hizo' },
  sum: (asExpected, other, notMade) => `como se esperaba ${asExpected}, distinto ${other}, no se hizo ${notMade}`,
  handIn: (file) => `entregue ${file} con ${file}.sig`,
  underWay: 'hay un simulacro en marcha en esta máquina',
  underWayHint: 'espere a que termine, o termínelo: deshace todo',
  undoneBefore: (count) => `un simulacro anterior se interrumpió: antes de empezar se deshicieron ${count} fallas`,
  notUndone: (what) => `sin deshacer: ${what}`,
  undoHint: 'remedie lo que dice, y otra vez: cotejo simulacro undo',
  undone: (count) => `deshechas: ${count}; todo está como antes del simulacro`,
  nothingToUndo: 'no hay nada que deshacer',
  interrupted: 'se interrumpió: lo hecho está deshecho',
  notMadeHint: 'una falla que no se hizo no está probada: su razón dice qué falta',
  authentic: (file, who, at) => `${file}: auténtico, de ${who}, ${at}`,
  theIec: 'el IEC',
  signedBy: 'firmado por',
  keyUnknown: 'no se sabe si esta llave es la del nodo: compárela, o dé --key ARCHIVO.pub',
  notAnAddress: (option, text) => `${option} ${text} no es una dirección`,
  notANumber: (text) => `--slow ${text}: un número entero de kB por segundo, de 1 a 100000`,
  fleetDescription: 'un simulacro de todos: cortes falsos y repetidos a cada nodo; mira qué pasa y lo informa',
  fleetConfig: 'la configuración del IEC, cuya fase debe ser de simulacro',
  fleetDifusor: 'sólo los nodos de este Difusor',
  fleetSite: 'dónde encuentran los lectores la fase del simulacro en un Difusor; puede darse varias veces',
  silence: 'para también el servicio del IEC, hasta que cada nodo muestre el aviso; como root',
};

export const SIMULACRO_WORDS = { es, en } as const;
