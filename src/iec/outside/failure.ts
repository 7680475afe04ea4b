import { RedirectElsewhere } from '../../audit/source/http-get.ts';
import { ProxyTrouble } from '../../audit/source/proxy-trouble.ts';
import type { Said } from '../../format/said.ts';
import { codeOf, saidBy } from '../../format/thrown.ts';
import { isOwnFailure } from '../link/no-connection.ts';
import { Trouble } from '../link/trouble.ts';
import type { Sight } from '../record/seen.ts';
import { words } from './words.ts';

/** What it means that a site gave no answer, by the error. Pure. */

export interface Failure {
  readonly state: Sight;
  readonly detail: Said;
}

/** OpenSSL's reasons, as Node names them, for which a browser would warn its reader. */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH|PATH_LENGTH|ERROR_IN_CERT)/;

const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'EPROTO',
]);

/**
 * @param error as the reader of audit/ throws it
 * @param host that was asked
 */
export function failureOf(error: unknown, host: string): Failure {
  const why = saidBy(error);
  if (error instanceof RedirectElsewhere) return { state: 'otro-sitio', detail: words.elsewhere(error.location) };
  for (const cause of causesOf(error)) {
    if (cause instanceof Trouble) {
      if (cause.code === 'iec-failed') return { state: 'falla-del-iec', detail: words.ownTrouble(cause.said) };
      if (cause.code === 'unreachable') return { state: 'sin-nombre', detail: words.noName(host) };
    }
    if (cause instanceof ProxyTrouble || isOwnFailure(cause)) return { state: 'falla-del-iec', detail: words.ownTrouble(why) };
    const code = codeOf(cause) ?? '';
    if (code === 'ENOTFOUND') return { state: 'sin-nombre', detail: words.noName(host) };
    if (code === 'EAI_AGAIN') return { state: 'falla-del-iec', detail: words.ownTrouble(why) };
    if (CERTIFICATE.test(code)) return { state: 'certificado', detail: words.certificate(code) };
    if (NO_CONNECTION.has(code) || code.startsWith('ERR_SSL_')) return { state: 'sin-conexion', detail: words.noConnection(why) };
  }
  return { state: 'sin-respuesta', detail: words.noAnswer(why) };
}

/** What an answer means that is neither the file nor says that there is none. @param status of it */
export function failureOfStatus(status: number): Failure {
  if (status >= 500) return { state: 'falla-del-servidor', detail: words.serverFails(status) };
  return { state: 'bloqueado', detail: words.blocked(words.denied(status)) };
}

/** The error and what caused it, from the outside in; those of several addresses too. */
function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let one = error; one instanceof Error && causes.length < MOST_CAUSES; one = one.cause) {
    causes.push(one);
    if (one instanceof AggregateError) causes.push(...one.errors.slice(0, MOST_CAUSES));
  }
  return causes;
}

const MOST_CAUSES = 8;

/** What is seen where nothing of the site itself came: of these a failing way out of one's own could be the reason. */
const ON_THE_WAY: ReadonlySet<Sight> = new Set<Sight>([
  'bloqueado',
  'otro-sitio',
  'certificado',
  'sin-nombre',
  'sin-conexion',
  'sin-respuesta',
  'falla-del-iec',
]);

export function isOnTheWay(state: Sight): boolean {
  return ON_THE_WAY.has(state);
}
