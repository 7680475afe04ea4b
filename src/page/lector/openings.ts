import { isName } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import { isMarco, OPENING } from './messages.ts';

/** What the bar asks for when it opens a frame. */
export interface Opening {
  /** null for what is shown now */
  readonly phase: string | null;
  readonly number: number | null;
  /** of the newest corte that is kept, and nothing is waited for */
  readonly isKept: boolean;
  /** an address of this origin, from its root on */
  readonly to: string;
  readonly marco: string;
}

/** @returns null where it is not the address of an opening, or says what none says */
export function readOpening(url: URL): Opening | null {
  if (url.pathname !== OPENING) return null;
  const { searchParams: query } = url;
  const [phase, number, path, marco] = ['fase', 'corte', 'ruta', 'marco'].map((name) => query.get(name));
  const to = pathHere(path ?? '/', url.origin);
  const isNumber =
    number === null || number === undefined || (/^[1-9]\d{0,5}$/.test(number) && Number(number) <= LIMITS.corteNumber);
  if (to === null || !isMarco(marco) || !isNumber || (phase && !isName(phase))) return null;
  const isKept = query.get('guardado') === 'si';
  return { phase: phase ?? null, number: number ? Number(number) : null, isKept, to, marco };
}

/** No address leads to another site, or back to an opening. */
function pathHere(path: string, origin: string): string | null {
  if (!path.startsWith('/') || !URL.canParse(path, origin)) return null;
  const { origin: there, pathname, search, hash } = new URL(path, origin);
  if (there !== origin || pathname.startsWith('//') || pathname.startsWith(`/${SITE_NAME}/lector/`)) return null;
  return pathname + search + hash;
}
