import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { SiteFacts } from '../judge/site.ts';
import type { TrustFact } from '../judge/trust.ts';
import type { Known } from '../known.ts';
import type { Looker } from './looker.ts';
import { probeNginx } from './nginx.ts';
import { answerOf, certificateShownBy, certificatesIn, type Site } from './web.ts';
import { words } from './words.ts';

export interface SitePlan {
  readonly config: DifusorConfig;
  readonly trust: Known<TrustFact>;
  readonly shown: SiteFacts['shown'];
  readonly isGuarded: boolean;
  /** the built-in web server's port, where that is what runs */
  readonly builtInPort: number | null;
  /** as readers reach it; null: as this machine does */
  readonly site: URL | null;
}

/** Looks at the site: nginx's configuration, what is answered, the certificate. */
export async function probeSite(
  look: Looker,
  { config, trust, shown, isGuarded, builtInPort, site }: SitePlan,
): Promise<SiteFacts> {
  const phases = phasesOf(trust);
  const nginx = builtInPort === null ? await probeNginx(look, config.state) : null;
  const official = phases.filter(({ isOfficial }) => isOfficial).map(({ name }) => name);
  const servers = nginx?.servers ?? [];
  const own = servers.find(({ phase }) => official.includes(phase)) ?? servers[0];
  const name = own?.names.find((one) => /^[\w.-]+$/.test(one) && one !== '_') ?? null;
  const origins = builtInPort === null ? (own?.origins ?? []) : [`http://127.0.0.1:${builtInPort}`];
  const asked = site ? { origin: site, name: null } : await reachable(look, origins, name);
  const [front, health, status, page] = await Promise.all(
    ['/', '/cotejo/health', '/cotejo/status.json', '/cotejo/'].map((path) => answerOf(asked, path, look.left())),
  );
  const files = new Map(servers.flatMap(({ certificates, names }) => certificates.map((file) => [file, names] as const)));
  const certificates =
    site?.protocol === 'https:' ? await certificateShownBy(site, look.left()) : await certificatesIn(look, files);
  const none = { unknown: words.notAsked };
  return {
    nginx: nginx && { syntax: nginx.syntax, dump: nginx.dump },
    phases,
    shown,
    isGuarded,
    difusor: config.difusor,
    node: config.node,
    portals: config.site?.frame_ancestors ?? [],
    front: front ?? none,
    health: health ?? none,
    status: status ?? none,
    page: page ?? none,
    certificates,
  };
}

/** The first of these that is not sent on to the next: who asks in the clear may be told to ask by TLS. */
async function reachable(look: Looker, origins: readonly string[], name: string | null): Promise<Site> {
  const [first = 'http://127.0.0.1:80', ...others] = origins;
  const site = { origin: new URL(first), name };
  const secure = others.find((origin) => origin.startsWith('https:'));
  if (secure === undefined || site.origin.protocol === 'https:') return site;
  const answer = await answerOf(site, '/', look.left());
  const isSentOn = 'known' in answer && answer.known.status >= 300 && answer.known.status < 400;
  return isSentOn && (answer.known.headers.location ?? '').startsWith('https:') ? { origin: new URL(secure), name } : site;
}

function phasesOf(trust: Known<TrustFact>): SiteFacts['phases'] {
  if (!('known' in trust) || 'refused' in trust.known) return [];
  const all = trust.known.document.phases.map(({ name, kind, closes_at }) => ({ name, isOfficial: kind === 'oficial', closes_at }));
  return all.sort((a, b) => Number(b.isOfficial) - Number(a.isOfficial));
}
