import type { ToldRecibos } from '../../recibos/told.ts';

/** What the worker answers of the receipts of a corte. */
export interface RecibosAnswer {
  readonly type: 'cotejo/recibos';
  readonly told: ToldRecibos;
  /** whether another reading, later, may tell more */
  readonly mayGrow: boolean;
}

/** Receipts of two cortes of one number, with all that ties their keys to the trust document: each text to the byte. */
export interface PruebaDeAcuses {
  readonly type: 'cotejo/prueba-de-acuses';
  readonly 'trust.json': string;
  readonly 'corte.json': string;
  readonly 'corte.json.sig': string;
  readonly SHA256SUMS: string;
  readonly 'padron.json': string;
  /** first those of other cortes, then those of this one */
  readonly acuses: ReadonlyArray<{ readonly 'acuse.json': string; readonly 'acuse.json.sig': string }>;
}
