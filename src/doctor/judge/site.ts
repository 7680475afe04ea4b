import { instantOf } from '../../format/time.ts';
import { type Check, checkOf, type Found, fails, judged, meets, notKnown } from '../check.ts';
import type { Known, Told } from '../known.ts';
import { momentIn } from './moment.ts';
import { words } from './words.ts';

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
  /** the origins that the configuration lets have the site in a frame */
  readonly portals: readonly string[];
  readonly front: Known<Answer>;
  readonly health: Known<Answer>;
  readonly status: Known<Answer>;
  readonly page: Known<Answer>;
  readonly certificates: Known<readonly Certificate[]>;
}

export interface NginxSyntax {
  readonly isValid: boolean;
  readonly says: Told;
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
  readonly distrust: Told | null;
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
            judged(nginx.syntax, ({ isValid, says }) => (isValid ? meets(words.valid) : fails(says))),
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
      judged(front, (answer) => judgeFront(answer, facts.isGuarded ? facts.shown : 'aviso', facts.portals)),
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
  if (snippet === null) return fails(words.noSnippet);
  if (snippet === 'changed') return fails(words.otherSnippet);
  const official = facts.phases.filter(({ isOfficial }) => isOfficial).map(({ name }) => name);
  const missing = official.filter((name) => !phases.includes(name));
  if (missing.length > 0) return fails(words.notServed(missing.join(', ')), words.putRoot);
  return meets(words.serves(phases.join(', ')));
}

function judgeFront({ status, headers, body }: Answer, shown: SiteFacts['shown'], portals: SiteFacts['portals']): Found {
  const cache = headers['cache-control'] ?? '';
  const unframed = portals.filter((portal) => !ancestorsIn(headers).includes(portal));
  if (status === 0) return fails(words.nobodyAnswers, 'systemctl enable --now nginx');
  if (status === 503) {
    if (shown === 'corte') return fails(words.noGuard);
    if (!/\bno-store\b/.test(cache)) return fails(words.noNoStore(cache));
    if (headers['retry-after'] === undefined) return fails(words.noRetryAfter);
    if (!/<html\b/i.test(body)) return fails(words.noNoticePage);
    if (unframed.length > 0) return withoutPortals(unframed);
    return meets(words.noticePage);
  }
  if (status !== 200) return fails(words.answers(status));
  if (shown === 'aviso' || shown === 'espera') return fails(shown === 'aviso' ? words.showsAviso : words.showsEspera);
  if (!/\bmax-age=15\b/.test(cache) || !/\bmust-revalidate\b/.test(cache)) return fails(words.cacheControl(cache));
  if (headers['x-content-type-options'] !== 'nosniff') return fails(words.noNosniff);
  if (!headers['cotejo-corte']) return fails(words.noCorteHeader);
  if (unframed.length > 0) return withoutPortals(unframed);
  return meets(words.showsCorte(headers['cotejo-corte'], cache));
}

/** The sources of `frame-ancestors` in an answer's policy. */
function ancestorsIn(headers: Answer['headers']): string[] {
  return /frame-ancestors ([^;,]*)/.exec(headers['content-security-policy'] ?? '')?.[1]?.split(' ') ?? [];
}

/** nginx has a list of its own, which is easily forgotten. */
function withoutPortals(portals: readonly string[]): Found {
  return fails(words.unframed(portals.join(', ')), words.sameList);
}

/** What lies below the reserved name; the first thing that is wrong. */
function judgeReserved({ health, status, page, difusor, node }: SiteFacts): Found {
  return judged(health, (said) => {
    if (said.status === 0) return notKnown(words.nobodyAnswers);
    if (said.status !== 200 && said.status !== 503) return fails(words.pathAnswers('/cotejo/health', said.status));
    if (said.status === 200 && !/\bno-store\b/.test(said.headers['cache-control'] ?? ''))
      return fails(words.pathNoStore('/cotejo/health'));
    return judged(status, (state) => {
      if (state.status !== 200) return fails(words.pathAnswers('/cotejo/status.json', state.status));
      if (!/\bno-store\b/.test(state.headers['cache-control'] ?? '')) return fails(words.pathNoStore('/cotejo/status.json'));
      if (whoIn(state.body) !== `${difusor}/${node}`) return fails(words.otherNode);
      return judged(page, (shown) => {
        if (shown.status !== 200 || !/<html\b/i.test(shown.body)) return fails(words.pathAnswers('/cotejo/', shown.status));
        return meets(words.reservedGood(said.status, `${difusor}/${node}`));
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
  if (all.length === 0) return notKnown(words.noCertificate, words.elsewhere);
  for (const { from, validFrom, validTo, lacks, distrust } of all) {
    if (validFrom > now) return fails(words.notYetValid(from));
    if (validTo <= now) return fails(words.expired(from, dayOf(validTo)));
    if (close !== null && validTo <= instantOf(close)) return fails(words.expiresBefore(from, dayOf(validTo), momentIn(close)));
    if (lacks.length > 0) return fails(words.lacksName(from, lacks.join(', ')), words.askCertificate);
    if (distrust !== null) return fails(words.certificateIs(from, distrust));
  }
  const first = Math.min(...all.map(({ validTo }) => validTo));
  return meets(words.certificatesUntil(all.map(({ from }) => from).join(', '), dayOf(first)));
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
