/**
 * The kinds of incident, a closed list: each has its words in the document. Some are nobody's fault (the notice of a
 * corte that did not come), some no harm (a restart): they are told all the same.
 * @internal
 */
export const KINDS = [
  /** readers saw the notice */
  'aviso',
  /** the phase had opened and there was nothing to show yet */
  'espera',
  /** a corte came more than half a period after it was due, or none came any more before the close */
  'corte-tardio',
  /** the daemon was stopped and started again */
  'reinicio',
  /** the daemon ended without saying so */
  'caida',
  /** public files that were not as the IEC made them, found by the patrol */
  'alteracion',
  /** deliveries that were refused, by code */
  'rechazo',
  /** deliveries that had to wait, by code */
  'diferido',
  /** cortes that a trust document disowned */
  'revocacion',
  /** the phase closed without a final corte */
  'sin-final',
  /** the process behind a built-in port ended */
  'puerto',
  /** failed logins at the built-in inbox */
  'acceso',
  /** a failure of the machine */
  'falla',
  /** something was mended before anybody saw it */
  'reparacion',
  /** the web server recorded no requests, since the space that was left was the cortes' */
  'bitacora',
  /** the clock was set back */
  'reloj',
  /** the record does not reach back to the beginning, or has lines that can't be read */
  'registro',
] as const;

export type Kind = (typeof KINDS)[number];

/** Times in ms since the epoch. */
export interface Incident {
  readonly kind: Kind;
  readonly node: string;
  /** null where it is not one phase's */
  readonly phase: string | null;
  readonly from: number;
  /** as `from` where it happened in a moment; the hour of the report, where it had not ended */
  readonly to: number;
  /** of the corte concerned; null where there is none */
  readonly number: number | null;
  /** how many times, files or deliveries */
  readonly count: number;
  /** of these files, how many were put right */
  readonly restored: number | null;
  /** of a refusal, or what failed; visible characters on one line, null where there is nothing to say */
  readonly code: string | null;
  /** examples: paths, deliveries, messages; visible characters, at most {@link MOST_EXAMPLES} */
  readonly examples: readonly string[];
  /** how it is known, of what readers saw */
  readonly source: 'registro' | 'acuse' | 'regla' | 'cadena';
}

export const MOST_EXAMPLES = 5;

/** So many incidents are told one by one; the rest of a record only by their number. */
export const MOST_INCIDENTS = 2000;
