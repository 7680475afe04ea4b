import { bytesToHex } from '@noble/hashes/utils.js';
import { hashOf } from '../../format/hash.ts';
import { LECTOR_VARIABLE, readLectorConfig } from '../../format/lector.ts';
import { encodeUtf8 } from '../../format/text.ts';
import { breather } from '../breathe.ts';
import { webEquation } from '../web-equation.ts';
import { webClient } from '../web-get.ts';
import type { HashBytes } from './asking.ts';
import { openContents } from './browser-contents.ts';
import { openStore } from './browser-store.ts';
import { type Lector, openLector } from './lector.ts';
import { readAsk } from './messages.ts';
import { documentIn } from './pins.ts';
import { newTally, type Tally } from './recibos/tally.ts';
import { answerFetch } from './requests.ts';
import { isBar, type LectorScope, type MessageAsked } from './scope.ts';
import { keepShell } from './shell-file.ts';
import { tidy } from './tidy.ts';

/** The service worker of the lector: what a browser asks of it, and nothing else. */

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the DOM's types, with which this is compiled, know no worker
const scope = self as unknown as LectorScope;
const config = readLectorConfig(Object.getOwnPropertyDescriptor(self, LECTOR_VARIABLE)?.value);
/** What is kept belongs to one anchor: with another one there is another election, or another beginning. */
const name = `cotejo-lector-${hashOf(encodeUtf8(config.anchor.document)).slice(0, 16)}`;

const hash: HashBytes = async (bytes) => bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

const ofHost = (path: string) => fetch(path, { cache: 'no-cache', credentials: 'omit' });
const shell = () => keepShell(name, config.shell, { caches: globalThis.caches, fetch: ofHost, hash });

type Opened = Lector & { readonly tally: Tally };

let lector: Promise<Opened> | undefined;
let isTelling = false;

function open(): Promise<Opened> {
  lector ??= begin().catch((error: unknown) => {
    lector = undefined;
    throw error;
  });
  return lector;
}

async function begin(): Promise<Opened> {
  const web = await webEquation();
  const now = () => Date.now();
  const timeout = (ms: number) => AbortSignal.timeout(ms);
  const opened = await openLector({
    config,
    store: openStore(globalThis.indexedDB, name),
    contentsFor: (isNeeded) => openContents(globalThis.caches, `${name}-contenido`, hash, isNeeded),
    web,
    hash,
    clientFor: (signal, onBytes = () => {}) => webClient(signal, onBytes),
    now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    timeout,
    random: () => Math.random(),
    language: navigator.language.startsWith('en') ? 'en' : 'es',
    isSecure: location.protocol === 'https:',
    onChange: tellSoon,
  });
  // What is seen comes first.
  const behind = (signal: AbortSignal) => webClient(signal, () => {}, 'low');
  const { publication } = opened;
  const tally = newTally({ publication, web, clientFor: behind, breatherFor: breather, now, timeout });
  return { ...opened, tally };
}

/** ms: changes that come together are told once. */
const TOGETHER = 100;

function tellSoon(): void {
  if (isTelling) return;
  isTelling = true;
  setTimeout(() => {
    isTelling = false;
    void tell();
  }, TOGETHER);
}

async function tell(): Promise<void> {
  const estado = (await open()).estadoNow();
  for (const client of await scope.clients.matchAll({ type: 'window' })) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's client, which is of this origin
    if (isBar(client)) client.postMessage(estado);
  }
}

scope.addEventListener('install', (event) => {
  event.waitUntil(Promise.all([shell(), scope.skipWaiting()]));
});

scope.addEventListener('activate', (event) => event.waitUntil(Promise.all([scope.clients.claim(), tidy(name, config.shell)])));

scope.addEventListener('fetch', (event) => {
  // What was kept is read and checked while the browser still reads the bar's page; whoever asks for it is told what fails.
  if (event.request.destination === 'document') open().catch(() => {});
  event.respondWith(answerFetch(event, scope, open, shell, !/Firefox/.test(navigator.userAgent)));
});

scope.addEventListener('message', (event) => event.waitUntil(answerMessage(event)));

async function answerMessage({ data, source, ports: [port] }: MessageAsked): Promise<void> {
  const ask = readAsk(data);
  if (!ask || !source || !port) return;
  const at = await open();
  if (ask.ask === 'documento') {
    const clients = await scope.clients.matchAll({ type: 'window' });
    const found = documentIn(at.pins, ask, clients);
    return port.postMessage(found && (await at.documento(found.client.id, found.pin)));
  }
  // The documents of the publication are told nothing of the rest.
  if (!isBar(source)) return;
  if (ask.ask === 'busca') return port.postMessage(await at.busca());
  if (ask.ask === 'prueba') return port.postMessage(await at.prueba(ask.phase));
  if (ask.ask === 'prueba-confianza') return port.postMessage(at.pruebaDeConfianza(ask.version));
  if (ask.ask === 'recibos') return port.postMessage(await at.tally.of(ask, ask.former));
  if (ask.ask === 'prueba-de-acuses') return port.postMessage(await at.tally.proof(ask, ask.recibos));
  if (ask.ask === 'olvida') {
    at.tally.clear();
    return port.postMessage(await at.olvida());
  }
  const { estado, work } = at.estado();
  port.postMessage(estado);
  await work;
}
