import { buildLectorWorker } from '../../../src/build/page.ts';
import { pointerOf, pointerText } from '../../../src/format/pointer.ts';
import { lectorFiles } from '../../../src/lector/build.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { encode, type KitTrust, makeTrust, signTrust, trustFiles } from '../../kit/election.ts';
import { repository } from '../../kit/programs.ts';
import { type Answering, serve } from '../../kit/web.ts';

/** An election of now, mirrors of it, and a lector whose bar is the least that there can be. */

type Teardown = { teardown(end: () => void): void };

const MINUTE = 60_000;
const worker = await buildLectorWorker(repository());

/** What the mirrors have; a test may change it while they are asked. */
export interface Publication {
  trusts: KitTrust[];
  cortes: Corte[];
}

export function publication(cortes = 1, election = 'coahuila-ayuntamientos-2018'): Publication {
  const trust = signTrust(makeTrust({ now: Date.now(), election }));
  const made: Publication = { trusts: [trust], cortes: [] };
  for (let i = 0; i < cortes; i++) addCorte(made);
  return made;
}

/** The next corte, of a minute later than the one before, the first of some minutes ago. */
export function addCorte({ trusts, cortes }: Publication, changes: Partial<Parameters<typeof makeCorte>[0]> = {}): Corte {
  const number = cortes.length + 1;
  const takenAt = new Date(Math.floor(Date.now() / 1000) * 1000 - 20 * MINUTE + number * MINUTE);
  const offset = takenAt.getTime() - 300 * MINUTE;
  const corte = makeCorte({
    trust: trusts.at(-1) as KitTrust,
    previous: cortes.at(-1) ?? null,
    takenAt: new Date(offset).toISOString().replace('.000Z', '-05:00'),
    files: filesOf(number),
    ...changes,
  });
  cortes.push(corte);
  return corte;
}

/** A front page that reads a picture, a style and data by root-absolute and relative addresses, and a page below it. */
export function filesOf(number: number): Record<string, string> {
  return {
    'index.html': `<!doctype html><meta charset="utf-8"><title>Corte ${number}</title><link rel="stylesheet" href="/css/estilo.css">
<h1>Corte ${number}</h1><p id="dato"></p><a id="liga" href="/distrito/">Distrito</a>
<script>fetch('datos/total.json').then((r) => r.json()).then((d) => { document.getElementById('dato').textContent = d.corte; });</script>`,
    'distrito/index.html': `<!doctype html><title>Distrito, corte ${number}</title><p id="dato"></p><a id="liga" href="../">Inicio</a>
<script>fetch('/datos/total.json').then((r) => r.json()).then((d) => { document.getElementById('dato').textContent = d.corte; });</script>`,
    'css/estilo.css': 'body { color: rgb(1, 2, 3) }\n',
    'datos/total.json': `{"corte":${number}}\n`,
  };
}

/** A Difusor's site as any static host serves it: the chain, each corte at its address, and the newest at the root. */
export function mirror(of: Publication): Answering {
  return (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1));
    const body = fileAt(of, path);
    response.writeHead(body === undefined ? 404 : 200, { 'access-control-allow-origin': '*' }).end(body ?? 'not here');
  };
}

/** @returns undefined for what a site does not have */
export function fileAt({ trusts, cortes }: Publication, path: string): Buffer | undefined {
  const newest = cortes.at(-1);
  const [, rest] = /^cotejo\/chain\/(.*)$/.exec(path) ?? [];
  if (rest === 'index.json')
    return encode({ election: trusts[0]?.document.election, trust: trusts.length, phases: newestOf(newest) });
  if (path === 'cotejo/ultimo.json' && newest) {
    const { number, taken_at } = newest.statement;
    return Buffer.from(pointerText(pointerOf('jornada', 'corte', { number, corte: newest.sha256, taken_at }, '/cotejo/')));
  }
  const trust = /^trust\/(.*)$/.exec(rest ?? '')?.[1];
  if (trust !== undefined) return trusts.map((one) => trustFiles(one)[trust]).find((file) => file !== undefined);
  const [, folder, name] = /^jornada\/(\d{6})\/([^/]+)$/.exec(rest ?? '') ?? [];
  if (folder !== undefined) return (cortes[Number(folder) - 1]?.files as Record<string, Buffer> | undefined)?.[name ?? ''];
  const [, number, pinned] = /^cotejo\/c\/(\d+)\/(.*)$/.exec(path) ?? [];
  if (number !== undefined) return cortes[Number(number) - 1]?.content[pinned ?? ''];
  return newest?.content[path === '' ? 'index.html' : path];
}

function newestOf(corte: Corte | undefined) {
  return corte ? { jornada: { number: corte.statement.number, corte: corte.sha256 } } : {};
}

/** The least that a bar does: it starts the worker, waits for it, and opens the frame; `ask` is how a test asks the worker. */
const SHELL = `<!doctype html><meta charset="utf-8"><title>barra</title><ul><!--difusores--></ul>
<iframe id="f" sandbox="allow-scripts allow-same-origin allow-forms allow-popups" width="900" height="600"></iframe>
<script>
const marco = Math.random().toString(36).slice(2);
window.ask = async (ask) => {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
  navigator.serviceWorker.controller.postMessage(ask, [port2]);
  return answer;
};
window.documento = () => ask({ ask: 'documento', marco, url: document.getElementById('f').contentWindow.location.href });
window.abre = (query = '') => { document.getElementById('f').src = '/cotejo/lector/abre?' + new URLSearchParams({ ruta: location.pathname, marco }) + query; };
(async () => {
  await navigator.serviceWorker.register('/cotejo-lector.js');
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  abre();
})();
</script>`;

export interface Serving {
  readonly url: URL;
  /** what was asked of the lector's own site, by path */
  readonly asked: string[];
  /** Puts the folder of another lector in the place of the one that is there. */
  readonly rebuild: (of: Publication, mirrors: readonly URL[]) => void;
}

/** Serves what `cotejo lector build` writes, as a static host does. */
export async function serveLector(
  t: Teardown,
  of: Publication,
  mirrors: readonly URL[],
  shell: Uint8Array = Buffer.from(SHELL),
): Promise<Serving> {
  const built = ({ trusts: [anchor] }: Publication, addresses: readonly URL[]) => {
    if (!anchor) throw new Error('there is no trust');
    const first = addresses.map((url) => ({ name: `espejo ${url.port}`, url: url.href }));
    return lectorFiles({ anchor, mirrors: first, shell, worker });
  };
  let files = built(of, mirrors);
  const asked: string[] = [];
  const url = await serve(t, (request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname.slice(1) || 'index.html';
    asked.push(path);
    const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.txt') ? 'text/plain' : 'text/html';
    response.writeHead(files.has(path) ? 200 : 404, { 'content-type': type }).end(files.get(path) ?? files.get('404.html'));
  });
  return { url, asked, rebuild: (...another) => void (files = built(...another)) };
}
