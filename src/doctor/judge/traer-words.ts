import { bilingual, type SameAs } from '../../format/said.ts';

/** What was found of `cotejo traer` and its mirrors. The Spanish ones may be handed in. */

const spanish = {
  off: 'apagado en difusor.toml',
  noSign: 'el servicio no ha dicho a quién consulta, o hace mucho',
  noMirrors: 'ningún espejo todavía: los demás Difusores vienen en el padrón, con el primer corte',
  noneWell: (all: number) => `ninguno de ${all} contesta y sirve`,
  well: (well: number, all: number) => `${well} de ${all} contestan y sirven`,
  lied: (names: string) => `mintió: ${names} (avise al IEC y a ese Difusor)`,
  ahead: 'los cortes de los demás son del futuro para este equipo: su reloj va atrasado',
  trustEnded: 'el documento de confianza que tiene este nodo venció, o su reloj va adelantado',
} as const;

const english: SameAs<typeof spanish> = {
  off: 'switched off in difusor.toml',
  noSign: 'the service has not said whom it asks, or long ago',
  noMirrors: 'no mirror yet: the other Difusores are in the padron, which comes with the first corte',
  noneWell: (all) => `none of ${all} answers and is of use`,
  well: (well, all) => `${well} of ${all} answer and are of use`,
  lied: (names) => `lied: ${names} (tell the IEC and that Difusor)`,
  ahead: "the others' cortes are of the future for this machine: its clock is behind",
  trustEnded: 'the trust document of this node has expired, or its clock is ahead',
};

export const words = bilingual(english, spanish);
