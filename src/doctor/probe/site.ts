import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { SiteFacts } from '../judge/site.ts';
import type { TrustFact } from '../judge/trust.ts';
import type { Known } from '../known.ts';
import type { Looker } from './looker.ts';
import { probeNginx } from './nginx.ts';
import { answerOf, certificateShownBy, certificatesIn, type Site } from './web.ts';

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
  const asked: Site = site
    ? { origin: site, name: null }
    : {
        origin: new URL(builtInPort === null ? (own?.origin ?? 'http://127.0.0.1:80') : `http://127.0.0.1:${builtInPort}`),
        name: own?.names.find((name) => /^[\w.-]+$/.test(name) && name !== '_') ?? null,
      };
  const [front, health, status, page] = await Promise.all(
    ['/', '/cotejo/health', '/cotejo/status.json', '/cotejo/'].map((path) => answerOf(asked, path, look.left())),
  );
  const files = new Map(servers.flatMap(({ certificates, names }) => certificates.map((file) => [file, names] as const)));
  const certificates =
    site?.protocol === 'https:' ? await certificateShownBy(site, look.left()) : await certificatesIn(look, files);
  const none = { unknown: 'no se preguntó' };
  return {
    nginx: nginx && { syntax: nginx.syntax, dump: nginx.dump },
    phases,
    shown,
    isGuarded,
    difusor: config.difusor,
    node: config.node,
    front: front ?? none,
    health: health ?? none,
    status: status ?? none,
    page: page ?? none,
    certificates,
  };
}

function phasesOf(trust: Known<TrustFact>): SiteFacts['phases'] {
  if (!('known' in trust) || 'refused' in trust.known) return [];
  const all = trust.known.document.phases.map(({ name, kind, closes_at }) => ({ name, isOfficial: kind === 'oficial', closes_at }));
  return all.sort((a, b) => Number(b.isOfficial) - Number(a.isOfficial));
}
