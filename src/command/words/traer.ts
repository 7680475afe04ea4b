import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo traer`. */

const en = {
  traer: 'beside the daemon of a node: brings from other Difusores what the IEC has not brought; the daemon verifies it as always',
  once: 'one pass, with the service stopped: exit 0 where the node has what the mirrors have, 3 where no mirror could be had or something is lacking still',
  lacking: 'no mirror could be had, or this node still lacks something',
  isAtWork: 'another cotejo traer is at work here, and brings what this node lacks; with its service stopped: --once',
  waits: 'another pass is being made here; this one begins when it has ended',
  isOff: 'the configuration has [traer] enabled = false: nobody is asked',
};

const es: SameAs<typeof en> = {
  traer: 'junto al servicio de un nodo: trae de otros Difusores lo que el IEC no ha traído; el servicio lo verifica como siempre',
  once: 'una pasada, con el servicio detenido: termina con 0 si el nodo tiene lo que tienen los espejos, con 3 si no se pudo llegar a ninguno o todavía falta algo',
  lacking: 'no se pudo llegar a ningún espejo, o a este nodo todavía le falta algo',
  isAtWork: 'otro cotejo traer trabaja aquí, y trae lo que a este nodo le falta; con su servicio detenido: --once',
  waits: 'aquí se está haciendo otra pasada; ésta empieza cuando termine',
  isOff: 'la configuración tiene [traer] enabled = false: no se pregunta a nadie',
};

export const TRAER = bilingual(en, es);
