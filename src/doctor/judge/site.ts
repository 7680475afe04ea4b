import { instantOf } from '../../format/time.ts';
import { momentOf } from '../../html/hour.ts';
import { type Check, checkOf, type Found, fails, judged, meets, notKnown } from '../check.ts';
import type { Known } from '../known.ts';

/** The site: nginx's configuration, what is really answered over HTTP, and the certificate. */

export interface SiteFacts {
  /** null where another server than nginx serves, or the built-in one */
  readonly nginx: { readonly syntax: Known<NginxSyntax>; readonly dump: Known<NginxDump> } | null;
  /** the phases that must be served, official ones first */
  readonly phases: readonly { readonly name: string; readonly isOfficial: boolean; readonly closes_at: string }[];
  /** what the official phase's link shows; null where that is not known */
  readonly shown: 'corte' | 'aviso' | 'espera' | null;
  /** false where the guard is known not to run: then the site rightly shows the notice */
  readonly isGuarded: boolean;
  readonly difusor: string;
  readonly node: string;
  readonly front: Known<Answer>;
  readonly health: Known<Answer>;
  readonly status: Known<Answer>;
  readonly page: Known<Answer>;
  readonly certificates: Known<readonly Certificate[]>;
}

export interface NginxSyntax {
  readonly isValid: boolean;
  readonly says: string;
}

export interface NginxDump {
  /** whether the snippet is the one that came with the program; null where it is not in the configuration */
  readonly snippet: 'same' | 'changed' | null;
  /** the phases whose public folder is a server's root */
  readonly phases: readonly string[];
}

export interface Answer {
  /** 0 where nobody listens */
  readonly status: number;
  /** by lower-case name */
  readonly headers: Readonly<Record<string, string>>;
  /** its beginning */
  readonly body: string;
}

export interface Certificate {
  /** the file, or the address that showed it */
  readonly from: string;
  /** ms since the epoch */
  readonly validFrom: number;
  readonly validTo: number;
  /** the names for which a site uses it that it does not have */
  readonly lacks: readonly string[];
  /** why a browser would not believe it; null where nothing is known against it */
  readonly distrust: string | null;
}

/** @param now ms since the epoch */
export function judgeSite(facts: SiteFacts, now: number): Check[] {
  const { nginx, front, certificates } = facts;
  // nginx may stand before the built-in web server, which then has its own rules.
  const ofNginx =
    nginx && !isBuiltIn(front)
      ? [
          checkOf(
            'nginx-sintaxis',
            judged(nginx.syntax, ({ isValid, says }) => (isValid ? meets('válida') : fails(says))),
          ),
          checkOf(
            'nginx-configuracion',
            judged(nginx.dump, (dump) => judgeDump(dump, facts)),
          ),
        ]
      : [];
  return [
    ...ofNginx,
    checkOf(
      'sitio',
      judged(front, (answer) => judgeFront(answer, facts.isGuarded ? facts.shown : 'aviso')),
    ),
    checkOf('sitio-cotejo', judgeReserved(facts)),
    checkOf(
      'certificado',
      judged(certificates, (all) => judgeCertificates(all, closeOf(facts), now)),
    ),
  ];
}

/** The built-in web server tells a header that nginx has not. */
function isBuiltIn(front: Known<Answer>): boolean {
  return 'known' in front && /\bCotejo-Hora\b/i.test(front.known.headers['access-control-expose-headers'] ?? '');
}

function judgeDump({ snippet, phases }: NginxDump, facts: SiteFacts): Found {
  if (snippet === null) return fails('el sitio no incluye el fragmento de cotejo');
  if (snippet === 'changed') return fails('el fragmento cotejo-public.conf no es el que trae el programa');
  const official = facts.phases.filter(({ isOfficial }) => isOfficial).map(({ name }) => name);
  const missing = official.filter((name) => !phases.includes(name));
  if (missing.length > 0)
    return fails(`ningún sitio sirve ${missing.join(', ')}`, 'ponga root …/state/public/FASE en el sitio de esa fase');
  return meets(`fragmento sin cambios; sirve ${phases.join(', ') || 'ninguna fase'}`);
}

function judgeFront({ status, headers, body }: Answer, shown: SiteFacts['shown']): Found {
  const cache = headers['cache-control'] ?? '';
  if (status === 0) return fails('nadie contesta en el puerto del sitio', 'systemctl enable --now nginx');
  if (status === 503) {
    if (shown === 'corte') return fails('contesta 503 y el enlace muestra un corte: falta la guardia o su señal');
    if (!/\bno-store\b/.test(cache)) return fails(`503 sin no-store: Cache-Control ${cache || 'ausente'}`);
    if (headers['retry-after'] === undefined) return fails('503 sin Retry-After');
    if (!/<html\b/i.test(body)) return fails('503 sin la página de aviso o de espera');
    return meets('503 con la página de aviso o de espera, no-store');
  }
  if (status !== 200) return fails(`contesta ${status}`);
  if (shown === 'aviso' || shown === 'espera')
    return fails(`contesta 200 y el enlace muestra ${shown === 'aviso' ? 'el aviso' : 'la espera'}`);
  if (!/\bmax-age=15\b/.test(cache) || !/\bmust-revalidate\b/.test(cache)) return fails(`Cache-Control ${cache || 'ausente'}`);
  if (headers['x-content-type-options'] !== 'nosniff') return fails('sin X-Content-Type-Options: nosniff');
  if (!headers['cotejo-corte']) return fails('sin Cotejo-Corte: no es un corte lo que muestra');
  return meets(`200, corte ${headers['cotejo-corte']}, ${cache}`);
}

/** What lies below the reserved name; the first thing that is wrong. */
function judgeReserved({ health, status, page, difusor, node }: SiteFacts): Found {
  return judged(health, (said) => {
    if (said.status === 0) return notKnown('nadie contesta en el puerto del sitio');
    if (said.status !== 200 && said.status !== 503) return fails(`/cotejo/health contesta ${said.status}`);
    if (said.status === 200 && !/\bno-store\b/.test(said.headers['cache-control'] ?? ''))
      return fails('/cotejo/health sin no-store');
    return judged(status, (state) => {
      if (state.status !== 200) return fails(`/cotejo/status.json contesta ${state.status}`);
      if (!/\bno-store\b/.test(state.headers['cache-control'] ?? '')) return fails('/cotejo/status.json sin no-store');
      if (whoIn(state.body) !== `${difusor}/${node}`) return fails('/cotejo/status.json no es el de este nodo');
      return judged(page, (shown) => {
        if (shown.status !== 200 || !/<html\b/i.test(shown.body)) return fails(`/cotejo/ contesta ${shown.status}`);
        return meets(`health ${said.status}, status.json de ${difusor}/${node}, página`);
      });
    });
  });
}

function whoIn(body: string): string | null {
  try {
    const said: unknown = JSON.parse(body);
    if (typeof said !== 'object' || said === null || !('difusor' in said) || !('node' in said)) return null;
    return `${String(said.difusor)}/${String(said.node)}`;
  } catch {
    return null; // half of it, or something else: not this node's
  }
}

function judgeCertificates(all: readonly Certificate[], close: string | null, now: number): Found {
  if (all.length === 0)
    return notKnown('no hay certificado en nginx', 'si HTTPS termina en otro equipo: --site https://SU-DOMINIO/');
  for (const { from, validFrom, validTo, lacks, distrust } of all) {
    if (validFrom > now) return fails(`${from}: aún no es válido`);
    if (validTo <= now) return fails(`${from}: venció el ${dayOf(validTo)}`);
    if (close !== null && validTo <= instantOf(close))
      return fails(`${from}: vence el ${dayOf(validTo)}, antes del cierre (${momentOf(close)})`);
    if (lacks.length > 0)
      return fails(`${from}: no tiene el nombre ${lacks.join(', ')}`, 'pida un certificado con el nombre del sitio');
    if (distrust !== null) return fails(`${from}: ${distrust}`);
  }
  const first = Math.min(...all.map(({ validTo }) => validTo));
  return meets(`${all.map(({ from }) => from).join(', ')}, hasta el ${dayOf(first)}`);
}

/** The last close of an official phase. */
function closeOf({ phases }: SiteFacts): string | null {
  const closes = phases.filter(({ isOfficial }) => isOfficial).map(({ closes_at }) => closes_at);
  return closes.sort((a, b) => instantOf(b) - instantOf(a))[0] ?? null;
}

/** `2018-12-31`, UTC: a certificate has no hour of an election. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
