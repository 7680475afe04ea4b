import type { ExecutionContext } from 'ava';
import { type Corte, writeDelivery, writeTrustDelivery } from '../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../kit/difusor.ts';
import type { KitTrust } from '../kit/election.ts';
import { type NginxPlan, runNginx } from '../kit/nginx.ts';

/**
 * Five Difusores, each a node with its daemon and a real nginx with the shipped configuration at an origin of its own.
 * What they do wrong they do as it happens: one alters what leaves it, one has got no corte for a while, one takes
 * connections and says nothing, one has a poor line.
 */

export const KINDS = ['altera', 'calla', 'lento', 'atrasado', 'bueno'] as const;
type Kind = (typeof KINDS)[number];

/** What the one that alters puts in the place of what was signed, in every file; it is as long. */
export const SIGNED = 'Votos: 1';
export const ALTERED = 'Votos: 9';

interface Difusor {
  readonly kind: Kind;
  readonly url: string;
  readonly node: RunningDifusor;
  /** Takes connections and says nothing, or answers again. */
  readonly silence: (isSilent: boolean) => void;
}

export interface Difusores {
  readonly all: Readonly<Record<Kind, Difusor>>;
  /** their addresses, the bad ones first */
  readonly urls: readonly string[];
  /** Gives a corte to these, or to all but the late one, and waits until each shows it. */
  give(corte: Corte, to?: readonly Kind[]): Promise<void>;
  /** The same for a trust document. */
  giveTrust(trust: KitTrust, to?: readonly Kind[]): Promise<void>;
}

/** Changes within the site's part that every site includes: for every address of it. */
const FAULTS: Readonly<Partial<Record<Kind, NginxPlan>>> = {
  altera: { snippet: (text) => `sub_filter_types *;\nsub_filter_once off;\nsub_filter '${SIGNED}' '${ALTERED}';\n${text}` },
  lento: { snippet: (text) => `limit_rate 400;\n${text}` },
};

export async function startDifusores(t: ExecutionContext, trust: KitTrust): Promise<Difusores> {
  const made: Difusor[] = [];
  for (const kind of KINDS) made.push(await startDifusor(t, kind, trust));
  const all = Object.fromEntries(made.map((one) => [one.kind, one])) as Record<Kind, Difusor>;
  const timely = KINDS.filter((kind) => kind !== 'atrasado');
  const toEach = async (to: readonly Kind[], deliver: (node: RunningDifusor) => Promise<void>) => {
    await Promise.all(to.map((kind) => deliver(all[kind].node)));
  };
  return {
    all,
    urls: made.map(({ url }) => url),
    give: (corte, to = timely) =>
      toEach(to, async (node) => {
        const before = node.events.at(-1);
        node.now = Date.now();
        await writeDelivery(node.config.inbox, corte);
        await node.until((event) => event.event === 'admitted' && event.corte === corte.sha256, before);
      }),
    giveTrust: (document, to = KINDS) =>
      toEach(to, async (node) => {
        const before = node.events.at(-1);
        node.now = Date.now();
        await writeTrustDelivery(node.config.inbox, document);
        await node.until((event) => event.event === 'trust' && event.version === document.document.version, before);
      }),
  };
}

async function startDifusor(t: ExecutionContext, kind: Kind, trust: KitTrust): Promise<Difusor> {
  // What is altered on its way out is not compressed before.
  const node = await runDifusor(t, { trust, now: Date.now(), difusor: kind, compress: kind !== 'altera', poll_seconds: 0.5 });
  const nginx = await runNginx(t, node.config, FAULTS[kind]);
  if (kind === 'calla') nginx.silence(true);
  return { kind, url: `http://127.0.0.1:${nginx.port}/`, node, silence: nginx.silence };
}
