import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { buildPage } from '../../../src/build/page.ts';
import type { CorteFacts, Documento, Estado, Prueba } from '../../../src/page/lector/messages.ts';
import type { PruebaDeAcuses, RecibosAnswer } from '../../../src/page/lector/recibos/messages.ts';
import { newPage } from '../../kit/browser.ts';
import { repository } from '../../kit/programs.ts';
import { serve } from '../../kit/web.ts';

/**
 * The bar with a service worker that says what the test wants: it speaks messages.ts, answers a frame's opening as the real
 * one does, and verifies nothing.
 */

/** What the worker says, and gives. `null` in the place of a document: it gave the frame nothing. */
export interface Saying {
  estado: Estado;
  /** what is found by a look, which the worker tells then */
  found?: Estado;
  /** the asks that it leaves without an answer */
  deaf?: readonly string[];
  proof?: Prueba;
  /** of whatever corte it is asked */
  recibos?: RecibosAnswer;
  proofOfRecibos?: PruebaDeAcuses | 'not-now';
  /** by what the frame was opened for */
  documents: Readonly<Record<number, Documento | null>>;
  /** what each document that it gives says of itself, with a mark that it told of it, or of another */
  entrega?: { readonly of: 'own' | 'other'; readonly documento: Documento };
  /** of the publication */
  html: string;
}

const html = (await buildPage(repository(), 'lector.html'))
  .toString()
  .replace(
    '<!--difusores-->',
    '<li><a href="https://vanguardia.example/">vanguardia.example</a> <a href="https://vanguardia.example/cotejo/" data-check>Comprobar</a></li>',
  );

const WORKER = `
let said = null;
const pins = new Map();
const asked = [];
const last = {};
let marco = '';
const saying = async () => (said ??= await (await fetch('/~saying')).json());
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => event.waitUntil((async () => {
  const { ask, test } = event.data;
  if (test === 'say') {
    said = event.data.said;
    for (const client of await self.clients.matchAll()) client.postMessage(said.estado);
    return;
  }
  const [port] = event.ports;
  if (test === 'asked') return port.postMessage(asked);
  if (test === 'last') return port.postMessage(last);
  const { estado, found, documents, deaf, proof, recibos, proofOfRecibos } = await saying();
  asked.push(ask);
  last[ask] = event.data;
  if (deaf?.includes(ask)) return;
  if (ask === 'documento') port.postMessage(documents[pins.get(event.data.marco)] ?? null);
  else if (ask === 'prueba') port.postMessage(proof ?? null);
  else if (ask === 'prueba-de-acuses') port.postMessage(proofOfRecibos ?? null);
  else if (ask === 'recibos') port.postMessage(recibos ?? null);
  else port.postMessage(ask === 'olvida' ? (said.estado = { ...estado, seen: null }) : estado);
  if (ask === 'estado' && found) {
    said.estado = found;
    for (const client of await self.clients.matchAll()) client.postMessage(found);
  }
})()));
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin || url.pathname.startsWith('/~')) return;
  if (url.pathname === '/cotejo/lector/abre') {
    marco = url.searchParams.get('marco');
    event.respondWith(saying().then(({ estado: { shows, head, troubles } }) => {
      const kept = shows === 'corte' && head !== null && troubles.every(({ kind }) => !kind.startsWith('bifurcacion'));
      if (url.searchParams.get('guardado') === null) pins.set(marco, url.searchParams.get('corte'));
      else if (kept) pins.set(marco, String(head.number));
      else return new Response('', { status: 503 });
      return new Response(null, { status: 302, headers: { location: url.searchParams.get('ruta') } });
    }));
  } else if (event.request.destination === 'iframe') {
    event.respondWith(saying().then(async ({ html, entrega }) => {
      const [mark, type] = [event.resultingClientId, 'cotejo/entrega'];
      for (const client of entrega ? await self.clients.matchAll() : [])
        client.postMessage({ type, marco, mark: entrega.of === 'own' ? mark : mark + '0' });
      const documento = encodeURIComponent(JSON.stringify(entrega?.documento ?? null));
      return new Response(html.replaceAll('{corte}', [...pins.values()].at(-1)).replaceAll('{path}', url.pathname), {
        headers: { 'content-type': 'text/html; charset=utf-8', 'server-timing': 'cotejo;desc="' + mark + ' ' + documento + '"' },
      });
    }));
  }
});
`;

/** A static host that answers whatever it has not with the bar, as it answers with 404.html. */
export async function serveLector(t: ExecutionContext, saying: Saying, worker: string | null = WORKER): Promise<URL> {
  return serve(t, (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/~saying') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(saying));
    else if (pathname === '/cotejo-lector.js' && worker !== null) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker);
    } else {
      response
        .writeHead(pathname === '/' ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
        .end(pathname === '/favicon.ico' || pathname === '/cotejo-lector.js' ? '' : html);
    }
  });
}

/** Has the worker say something else from now on, and tell it. */
export async function say(page: Page, said: Saying): Promise<void> {
  await page.evaluate(
    `navigator.serviceWorker.ready.then(({ active }) => active.postMessage(${JSON.stringify({ test: 'say', said })}))`,
  );
}

/** What the worker was asked since it began. */
export function askedOf(page: Page): Promise<string[]> {
  return heardBy(page, 'asked');
}

/** The last message of each kind that it was asked with, by the kind. */
export function lastAsks(page: Page): Promise<Readonly<Record<string, unknown>>> {
  return heardBy(page, 'last');
}

function heardBy<T>(page: Page, what: 'asked' | 'last'): Promise<T> {
  return page.evaluate(`navigator.serviceWorker.ready.then(({ active }) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage({ test: '${what}' }, [port2]);
  }))`);
}

/** Waits until the worker was asked this so many times, for some seconds. @throws Error where it is not */
export async function isAsked(page: Page, ask: string, times = 1): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await askedOf(page)).filter((each) => each === ask).length >= times) return;
    await sleep(50);
  }
  throw new Error(`the worker was not asked ${times} times: ${ask}`);
}

/** Opens the bar at the hour of {@link NOW}. */
export async function openLector(
  t: ExecutionContext,
  saying: Saying,
  options: Parameters<typeof newPage>[1] & { readonly path?: string; readonly now?: number } = {},
): Promise<Page> {
  const { path = '', now = NOW, ...rest } = options;
  const page = await newPage(t, rest);
  await page.clock.setFixedTime(now);
  await page.goto(new URL(path, await serveLector(t, saying)).href);
  return page;
}

const SHA = (digit: string) => `${'0f3a9c5e'.repeat(7)}${digit.repeat(8)}`;

export const NOW = Date.parse('2018-07-01T20:52:00-05:00');

export function corteFacts(number: number, more: Partial<CorteFacts> = {}): CorteFacts {
  const minutes = 20 * 60 + 40 + (number - 37) * 10;
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const takenAt = `2018-07-01T${clock}:00-05:00`;
  return { phase: 'jornada', number, takenAt, sha256: SHA(String(number % 10)), isFinal: false, ...more };
}

export function documento(corte: CorteFacts, more: Partial<Documento> = {}): Documento {
  return {
    type: 'cotejo/documento',
    corte,
    isDrill: false,
    path: 'index.html',
    from: ['Vanguardia'],
    files: 34,
    bytes: 1_204_311,
    ...more,
  };
}

export function estadoOf(more: Partial<Estado> = {}): Estado {
  const head = corteFacts(37);
  return {
    type: 'cotejo/estado',
    title: 'PREP Coahuila 2018, elección de ayuntamientos',
    phase: { name: 'jornada', isDrill: false, opensAt: '2018-07-01T18:00:00-05:00', closesAt: '2018-07-02T18:00:00-05:00' },
    shows: 'corte',
    head,
    avisoAt: Date.parse(head.takenAt) + 32 * 60_000,
    trust: 2,
    isTrustExpired: false,
    mirrors: [
      { name: 'Vanguardia', url: 'https://vanguardia.example/', state: 'responde', number: 37, last: NOW - 20_000 },
      { name: 'Universidad Autónoma', url: 'https://prep.universidad.example/', state: 'responde', number: 37, last: NOW - 22_000 },
      { name: 'El Siglo', url: 'https://siglo.example/', state: 'atrasado', number: 35, last: NOW - 21_000 },
      { name: 'Radio Norte', url: 'https://radio.example/', state: 'calla', number: null, last: null },
    ],
    seen: { number: 37, sha256: head.sha256 },
    offlineSince: null,
    troubles: [],
    ...more,
  };
}

/** Something that looks like the night's front page. */
const PUBLICATION = `<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>PREP</title><style>
body{margin:0;font:16px/1.5 Georgia,serif;color:#223;background:#fff}
header{background:#3a5f8a;color:#fff;padding:1.2rem}main{padding:1.2rem;max-width:60rem;margin:auto}
table{width:100%;border-collapse:collapse}td{border-top:1px solid #ccd;padding:.5rem}td+td{text-align:right}
</style><header><h1>PREP 2018</h1>Ayuntamientos · corte {corte} · {path}</header><main>
<p><a id="inner" href="/municipios/saltillo.html">Saltillo</a> · <a id="outer" href="https://otro.example/">Otro sitio</a>
<table>${['Saltillo', 'Torreón', 'Monclova', 'Piedras Negras', 'Acuña', 'Ramos Arizpe']
  .map((name, i) => `<tr><td>${name}<td>${48_211 - i * 5_331}<td>${(61.2 - i * 3.7).toFixed(1)} %`)
  .join('')}</table></main>`;

export function saying(more: Partial<Saying> = {}): Saying {
  return {
    estado: estadoOf(),
    documents: { 37: documento(corteFacts(37)), 38: documento(corteFacts(38)) },
    html: PUBLICATION,
    ...more,
  };
}
