import { bilingual, type SameAs } from '../../format/said.ts';

/** What is said of the chain as the night sees it, and of a night that is begun after its phase has closed. */

const english = {
  acuseOfOther: (number: number, node: string) => `the acuse of corte ${number} is ${node}'s`,
  acuseWrong: (number: number, why: string) => `the acuse of corte ${number}: ${why}`,
  cutOff: (failed: number, of: number) =>
    `${failed} of ${of} Difusores can't be reached at once: it is probably the IEC's own connection, and says nothing of this one`,
  hourRefused: (refusing: number, of: number) =>
    `${refusing} of ${of} Difusores refuse the hour of the corte: it is the IEC's clock that is ahead, and says nothing of this one`,
  onItsWay: (number: number) => `corte ${number} was still on its way`,
  noPhase: (chain: string, phase: string) => `the trust documents in ${chain} have no phase ${phase}`,
  has: (names: string) => `they have: ${names}`,
  hasNone: 'they have: none',
  callsHeld: (file: string, seconds: number) => `another process has held ${file} for ${seconds} s: nothing is noted`,
  closedWithNone: (phase: string, at: string) => `phase ${phase} closed at ${at}, with no corte: no corte can be made any more`,
  closedFinal: (phase: string, at: string, head: number) =>
    `phase ${phase} closed at ${at}, with corte ${head}, final: no corte can be made any more`,
  closedWith: (phase: string, at: string, head: number) =>
    `phase ${phase} closed at ${at}, with corte ${head}, which is not a final one: no corte can be made any more`,
  otherPhase: 'for another phase change phase in the configuration; longer hours need a new trust document',
  otherPhaseOrPush: (lacking: number) =>
    `for another phase change phase in the configuration; longer hours need a new trust document; ${lacking} of the nodes lack it: cotejo iec push brings it`,
} as const;

const spanish: SameAs<typeof english> = {
  acuseOfOther: (number, node) => `el acuse del corte ${number} es de ${node}`,
  acuseWrong: (number, why) => `el acuse del corte ${number}: ${why}`,
  cutOff: (failed, of) =>
    `no se alcanza a ${failed} de ${of} Difusores a la vez: es probable que sea la conexión del IEC, y no dice nada de éste`,
  hourRefused: (refusing, of) =>
    `${refusing} de ${of} Difusores rechazan la hora del corte: el reloj adelantado es el del IEC, y no dice nada de éste`,
  onItsWay: (number) => `el corte ${number} todavía iba en camino`,
  noPhase: (chain, phase) => `los documentos de confianza en ${chain} no tienen la fase ${phase}`,
  has: (names) => `tienen: ${names}`,
  hasNone: 'no tienen ninguna',
  callsHeld: (file, seconds) => `otro proceso ocupa ${file} desde hace ${seconds} s: no se anotó nada`,
  closedWithNone: (phase, at) => `la fase ${phase} cerró a las ${at}, sin ningún corte: ya no se puede hacer ninguno`,
  closedFinal: (phase, at, head) => `la fase ${phase} cerró a las ${at}, con el corte ${head}, final: ya no se puede hacer ninguno`,
  closedWith: (phase, at, head) =>
    `la fase ${phase} cerró a las ${at}, con el corte ${head}, que no es final: ya no se puede hacer ninguno`,
  otherPhase: 'para otra fase cambie phase en la configuración; un horario más largo necesita un documento de confianza nuevo',
  otherPhaseOrPush: (lacking) =>
    `para otra fase cambie phase en la configuración; un horario más largo necesita un documento de confianza nuevo; a ${lacking} de los nodos les falta: cotejo iec push se los lleva`,
};

export const words = bilingual(english, spanish);
