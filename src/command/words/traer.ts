import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo traer`. */

const en = {
  traer: 'beside the daemon of a node: brings from other Difusores what the IEC has not brought; the daemon verifies it as always',
  isOff: 'the configuration has [traer] enabled = false: nobody is asked',
};

const es: SameAs<typeof en> = {
  traer: 'junto al servicio de un nodo: trae de otros Difusores lo que el IEC no ha traído; el servicio lo verifica como siempre',
  isOff: 'la configuración tiene [traer] enabled = false: no se pregunta a nadie',
};

export const TRAER = bilingual(en, es);
