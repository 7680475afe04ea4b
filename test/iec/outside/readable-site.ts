import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Glance, type LookOptions, lookAt, type Memory, NO_MEMORY } from '../../../src/iec/outside/look.ts';
import type { Signer } from '../../../src/iec/outside/receipts.ts';
import { type ChainView, viewChain } from '../../../src/iec/record/chain-view.ts';
import { keptAcuses } from '../../../src/iec/record/kept-acuses.ts';
import { type Corte, makeCorte, publicationOf, writeInChain } from '../../kit/cortes.ts';
import { at, encode, type KitTrust, makeTrust, NOW, signTrust, writeTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey, type TestKey } from '../../kit/keys.ts';
import { files, serve } from '../../kit/web.ts';

/** The IEC's chain of a few cortes, and the site of a Difusor over HTTP, file by file as the test wants it. */

const DIFUSOR = 'vanguardia';
export const keyOf = (node: string) => makeKey(`${DIFUSOR} ${node}`);

export interface Outside {
  /** what {@link look} is given; the chain may have gone on since */
  view: ChainView;
  readonly trust: KitTrust;
  readonly cortes: readonly Corte[];
  readonly panel: string;
  /** what the site answers with, by path */
  readonly site: Map<string, Uint8Array | string>;
  readonly signers: readonly Signer[];
  readonly url: string;
  /** The addresses that were asked for since the last call. */
  asked(): string[];
  /** Shows a corte whole, with its pointer, and the receipts of these nodes. */
  show(number: number, nodes?: readonly string[]): void;
  point(changes: object): void;
  /** Puts a receipt of a node at the site. */
  sign(number: number, node: string, changes?: object, key?: TestKey): void;
  /** Another corte is in the chain, 10 s after the newest. */
  pack(): Promise<void>;
  look(before?: Memory, options?: Partial<LookOptions> & { readonly url?: string }): Promise<Glance>;
  /** ms */
  now: number;
}

/** @param newestAt the hour of the newest corte, ms; that of the tests' election, if absent */
export async function makeOutside(
  t: ExecutionContext,
  count = 4,
  nodes: readonly string[] = ['web1'],
  newestAt = NOW,
): Promise<Outside> {
  const folder = await makeFolder(t);
  const [chain, panel] = [join(folder, 'chain'), join(folder, 'panel')];
  const trust = signTrust(makeTrust({ now: newestAt }));
  await writeTrust(trust, join(chain, 'trust/1.json'));
  const cortes: Corte[] = [];
  for (let n = 1; n <= count; n++) {
    const takenAt = at(newestAt - (count - n) * 600_000);
    cortes.push(makeCorte({ trust, files: publicationOf(n), previous: cortes.at(-1) ?? null, takenAt }));
  }
  for (const corte of cortes) await writeInChain(chain, corte);
  const view = await viewChain(chain, 'jornada');
  const site = new Map<string, Uint8Array | string>();
  const asked: string[] = [];
  const answer = files(site);
  const address = await serve(t, (request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('/ultimo.json')) {
      const etag = `"${String(site.get('cotejo/ultimo.json')).length}-${String(site.get('cotejo/ultimo.json'))}"`.replaceAll(
        /[^\w"-]/g,
        '',
      );
      response.setHeader('etag', etag);
      if (request.headers['if-none-match'] === etag) {
        response.statusCode = 304;
        response.end();
        return;
      }
    }
    answer(request, response);
  });
  const signers = nodes.map((node): Signer => {
    const target = { difusor: DIFUSOR, node, acuse_key: keyOf(node).publicKey };
    return { target, kept: keptAcuses(panel, target, 'jornada') };
  });
  const name = (number: number) => `cotejo/acuses/jornada/${String(number).padStart(6, '0')}.json`;
  const one: Outside = {
    view,
    trust,
    cortes,
    panel,
    site,
    signers,
    url: address.href,
    now: Date.parse(cortes.at(-1)!.statement.taken_at) + 30_000,
    asked: () => asked.splice(0),
    show(number, signed = []) {
      for (const path of [...site.keys()].filter((path) => !path.startsWith('cotejo/'))) site.delete(path);
      for (const [path, bytes] of Object.entries(cortes[number - 1]!.content)) site.set(path, bytes);
      one.point({ number });
      for (const node of signed) one.sign(number, node);
    },
    point(changes) {
      const number = (changes as { number?: number | null }).number ?? one.view.head;
      const { statement, sha256: corte } = cortes[Math.min(number, cortes.length) - 1]!;
      const pointer = { phase: 'jornada', number, corte, taken_at: statement.taken_at, shows: 'corte', base: null, ...changes };
      site.set('cotejo/ultimo.json', `${JSON.stringify(pointer)}\n`);
    },
    sign(number, node, changes = {}, key = keyOf(node)) {
      const hour = at(Date.parse(cortes[Math.min(number, cortes.length) - 1]!.statement.taken_at) + 5000);
      const acuse = {
        type: 'cotejo/acuse',
        format: 1,
        election: view.election,
        phase: 'jornada',
        number,
        corte: cortes[Math.min(number, cortes.length) - 1]!.sha256,
        difusor: DIFUSOR,
        node,
        received_at: hour,
        admitted_at: hour,
        published_at: hour,
        ...changes,
      };
      site.set(name(number), encode(acuse));
      site.set(`${name(number)}.sig`, key.signNow(encode(acuse), 'acuse@cotejo'));
    },
    async pack() {
      const previous = cortes.at(-1)!;
      const takenAt = at(Date.parse(previous.statement.taken_at) + 10_000);
      const corte = makeCorte({ trust, files: publicationOf(cortes.length + 1), previous, takenAt });
      await writeInChain(chain, corte);
      cortes.push(corte);
    },
    look: (before = NO_MEMORY, { url = address.href, ...options } = {}) =>
      lookAt({ url }, one.view, signers, before, { now: () => one.now, ...options }),
  };
  return one;
}

/** IEC.toml for these sites; the first is the one of {@link makeOutside}. */
export function configOf(urls: readonly string[]): string {
  const difusores = urls.map((url, i) => {
    const [name, key] = i === 0 ? ['vanguardia', keyOf('web1')] : [`otro-${i}`, keyOf(`web1 of ${i}`)];
    const node = `name = "web1"\nhost = "192.0.2.1"\nuser = "iec"\nhost_key = "SHA256:${'A'.repeat(43)}"\nacuse_key = "${key.publicKey}"\ninbox = "i"\noutbox = "o"`;
    return `[[difusor]]\nname = "${name}"\ntitle = "${name}"\nurl = "${url}"\n[[difusor.node]]\n${node}\n`;
  });
  const head = 'chain = "chain"\nsource = "s"\nphase = "jornada"\nkey = "k"\nssh_key = "k"\npanel = "panel"\n';
  return `${head}${difusores.join('')}`;
}
