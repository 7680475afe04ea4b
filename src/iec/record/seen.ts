import type { Pointer } from '../../format/pointer.ts';
import type { Said } from '../../format/said.ts';

/** What a reader sees at a Difusor's public address, as the IEC remembers it. The list is closed: scripts rely on it. */
export const SIGHTS = [
  /** the newest corte */
  'al-dia',
  /** the one before a corte that is only just made */
  'en-camino',
  /** the wait, or the notice, where that is what should be shown */
  'espera',
  'aviso-debido',
  /** an older corte; an older one than its own node signed for; the notice; the notice although its node signed */
  'atrasado',
  'cache-viejo',
  'aviso',
  'aviso-firmado',
  /** the newest corte, which is so old that the notice is due */
  'sin-aviso',
  /** the wait, although there are cortes */
  'en-espera',
  /** files of two cortes; bytes of none; files that are not there; nothing of the publication */
  'mezcla',
  'alterado',
  'incompleto',
  'sin-publicacion',
  /** the site says nothing of which corte it shows */
  'sin-apuntador',
  'otra-fase',
  'otra-eleccion',
  'otro-corte',
  'corte-futuro',
  /** its node signed for a corte that is not the IEC's */
  'acuse-ajeno',
  /** a page or a denial in the place of what was asked for; another site; the certificate is not the site's */
  'bloqueado',
  'otro-sitio',
  'certificado',
  'sin-nombre',
  'sin-conexion',
  'sin-respuesta',
  'falla-del-servidor',
  /** the IEC's own way out: it says nothing of the site */
  'falla-del-iec',
] as const;

export type Sight = (typeof SIGHTS)[number];

export interface Seen {
  readonly state: Sight;
  /** the corte that the site says it shows, with its hour as it is signed; null where it says none of ours */
  readonly number: number | null;
  readonly taken_at: string | null;
  readonly shows: Pointer['shows'] | null;
  /** the newest corte for which a node of the Difusor signed, however that is known; null where none did */
  readonly receipt: number | null;
  /** a sentence about the state, in both languages */
  readonly detail: Said;
}

/** What needs nobody's attention at the Difusor. */
const GOOD: ReadonlySet<Sight> = new Set<Sight>(['al-dia', 'en-camino', 'espera', 'aviso-debido']);

/** What is known, and says nothing bad of the site. */
const UNKNOWN: ReadonlySet<Sight> = new Set<Sight>(['sin-apuntador', 'falla-del-iec']);

/** What is no passing trouble of a server or of the way to it: something there is not what was signed. */
const UNTRUE: ReadonlySet<Sight> = new Set<Sight>([
  'alterado',
  'mezcla',
  'otra-fase',
  'otra-eleccion',
  'otro-corte',
  'corte-futuro',
  'acuse-ajeno',
]);

export function isGood(state: Sight): boolean {
  return GOOD.has(state);
}

/** Whether somebody should look after a site that is in this state. */
export function isBad(state: Sight): boolean {
  return !GOOD.has(state) && !UNKNOWN.has(state);
}

/** Whether what is seen differs from what was signed (exit 1), as opposed to what may be better at the next look (exit 3). */
export function isUntrue(state: Sight): boolean {
  return UNTRUE.has(state);
}
