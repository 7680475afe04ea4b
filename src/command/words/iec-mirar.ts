import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec mirar`. */

const en = {
  description: "what readers see at every Difusor's address: the corte, its hour, some files, the receipts there; keeps nothing",
  looking: (done: number) => `looks: ${done}`,
  none: 'no Difusor is configured',
  columnState: 'state',
  columnReceipt: 'receipt',
} as const;

const es: SameAs<typeof en> = {
  description:
    'lo que ven los lectores en la dirección de cada Difusor: el corte, su hora, algunos archivos, los acuses de ahí; no guarda nada',
  looking: (done) => `miradas: ${done}`,
  none: 'no hay ningún Difusor en la configuración',
  columnState: 'estado',
  columnReceipt: 'acuse',
};

export const IEC_MIRAR = bilingual(en, es);
