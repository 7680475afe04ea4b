import { bilingual, type SameAs } from '../../format/said.ts';

/** Why a machine that can't know what others signed does not sign. */

const english = {
  held: (who: string, number: number, phase: string) =>
    `${who} has corte ${number} of ${phase}, signed with the IEC's key, and this chain has not: \`cotejo iec restore\` fetches it`,
  claimed: (who: string, number: number, phase: string) =>
    `${who} says that it has corte ${number} of ${phase}, and this chain has not: \`cotejo iec restore\` fetches it`,
  fork: (who: string, number: number, phase: string) =>
    `${who} has another corte ${number} of ${phase} than this chain: there are two histories`,
  notAsked: (head: number, missing: number, some: string) =>
    head === 0
      ? `the phase is open, and this machine can't know whether another one has begun it: ${missing} nodes can't be asked (${some}); \`cotejo iec relevo\` tells how to go on`
      : `this machine did not sign the end of this chain itself, and ${missing} nodes can't be asked whether they hold more (${some}); \`cotejo iec relevo\` tells how to go on`,
  alone: (missing: number, some: string) =>
    `none of ${missing} nodes can be asked whether another machine has signed meanwhile (${some}): this one goes on once a node answers; \`cotejo iec relevo\` tells how to go on without`,
  early: (number: number, until: string) =>
    `whoever signed corte ${number} may still be at work; until ${until} it is waited for its next one`,
  ahead: (count: number, seconds: number, some: string) =>
    `by the clocks of ${count} Difusores, most of them, this machine's is over ${seconds} s ahead (${some}): their nodes would refuse its corte, and nothing could follow it before its hour`,
  changed: (number: number) =>
    `the chain does not end any more as it did when the nodes were asked: corte ${number} is its end now`,
  noIndex: (place: string) => `${place} has no index of a chain`,
  otherChain: (place: string) => `${place} has no chain of this election`,
} as const;

const spanish: SameAs<typeof english> = {
  held: (who, number, phase) =>
    `${who} tiene el corte ${number} de ${phase}, firmado con la llave del IEC, y esta cadena no: \`cotejo iec restore\` lo trae`,
  claimed: (who, number, phase) =>
    `${who} dice que tiene el corte ${number} de ${phase}, y esta cadena no: \`cotejo iec restore\` lo trae`,
  fork: (who, number, phase) => `${who} tiene otro corte ${number} de ${phase} que esta cadena: hay dos historias`,
  notAsked: (head, missing, some) =>
    head === 0
      ? `la fase está abierta, y este equipo no puede saber si otro ya la empezó: a ${missing} nodos no se les puede preguntar (${some}); \`cotejo iec relevo\` dice cómo seguir`
      : `este equipo no firmó el final de esta cadena, y a ${missing} nodos no se les puede preguntar si tienen más (${some}); \`cotejo iec relevo\` dice cómo seguir`,
  alone: (missing, some) =>
    `a ninguno de los ${missing} nodos se le puede preguntar si otro equipo firmó mientras tanto (${some}): éste sigue en cuanto conteste uno; \`cotejo iec relevo\` dice cómo seguir sin ellos`,
  early: (number, until) => `quien firmó el corte ${number} puede seguir trabajando; hasta ${until} se espera su siguiente`,
  ahead: (count, seconds, some) =>
    `según los relojes de ${count} Difusores, la mayoría, el de este equipo está adelantado más de ${seconds} s (${some}): sus nodos rechazarían el corte, y nada podría seguirle antes de su hora`,
  changed: (number) => `la cadena ya no termina como cuando se preguntó a los nodos: ahora termina en el corte ${number}`,
  noIndex: (place) => `${place} no tiene el índice de una cadena`,
  otherChain: (place) => `${place} no tiene una cadena de esta elección`,
};

export const words = bilingual(english, spanish);
