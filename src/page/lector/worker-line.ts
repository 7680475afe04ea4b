import type { Recibo } from '../../format/recibos.ts';
import type { Ask, CorteAsked, Documento, Entrega, Estado, Prueba, PruebaDeConfianza } from './messages.ts';
import { WORKER_FILE } from './messages.ts';
import type { PruebaDeAcuses, RecibosAnswer } from './recibos/messages.ts';

/** The line to the service worker: it is registered and waited for, with a total, and then asked. */

/** Why nothing can be verified here. */
export type Obstacle =
  /** over http, where browsers have no workers */
  | 'insecure'
  /** no workers: a private window, an application's own window, an old browser */
  | 'unable'
  /** the browser refused the worker: no storage, or not allowed */
  | 'refused'
  /** the worker did not start within its time */
  | 'late'
  /** this page stands within another one */
  | 'framed';

export class ObstacleError extends Error {
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle, cause?: unknown) {
    super(obstacle, { cause });
    this.obstacle = obstacle;
  }
}

export interface Line {
  estado(): Promise<Estado>;
  /** Has the mirrors asked now. */
  look(): Promise<Estado>;
  forget(): Promise<Estado>;
  /** @returns null where there is no fork of this phase */
  proof(phase: string): Promise<Prueba | null>;
  /** @param former at most as many as `MOST.recibos`. @returns null where there is no such corte any more */
  recibos(corte: CorteAsked, former: readonly Recibo[]): Promise<RecibosAnswer | null>;
  /** @param recibos at most as many as `MOST.recibos`. @returns as of `Tally` */
  proofOfRecibos(corte: CorteAsked, recibos: readonly Recibo[]): Promise<PruebaDeAcuses | 'not-now' | null>;
  /** @returns null where there are no two trust documents of this version */
  trustProof(version: number): Promise<PruebaDeConfianza | null>;
  /** @returns null where the worker gave that document nothing */
  document(marco: string, url: string): Promise<Documento | null>;
}

/** ms */
const WAIT = Object.freeze({ other: 2000, start: 20_000, answer: 10_000, look: 20_000, recibos: 100_000, proof: 30_000 });

/**
 * Registers the worker and waits until one is active that has this page.
 * @param onEstado is told whatever the worker sends unasked of how things stand, and @param onEntrega of the documents
 * @throws ObstacleError where there is none to be had
 */
export async function openLine(onEstado: (estado: Estado) => void, onEntrega: (entrega: Entrega) => void): Promise<Line> {
  if (window.top !== window) throw new ObstacleError('framed');
  if (!window.isSecureContext) throw new ObstacleError('insecure');
  // In a private window some browsers lack them, and some have them and refuse.
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker || typeof MessageChannel === 'undefined') throw new ObstacleError('unable');
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isOfType<Estado>(data, 'cotejo/estado')) onEstado(data);
    else if (isOfType<Entrega>(data, 'cotejo/entrega')) onEntrega(data);
  });
  serviceWorker.startMessages();
  let registration: Promise<ServiceWorkerRegistration> | undefined;
  const register = () => (registration ??= registered(serviceWorker));
  // The worker that gave this page is there already; that another is asked for must not hold up what it shows.
  if (serviceWorker.controller === null) await register();
  else setTimeout(() => void register().catch(() => {}), WAIT.other);
  const ask = async <T>(question: Ask, ms: number): Promise<T> => {
    const worker = serviceWorker.controller ?? (await register()).active;
    if (worker === null) throw new Error('no worker is active');
    const { port1, port2 } = new MessageChannel();
    try {
      const answer = new Promise<T>((resolve) => {
        port1.addEventListener('message', ({ data }: MessageEvent<T>) => resolve(data));
        port1.start();
      });
      worker.postMessage(question, [port2]);
      return await within(ms, answer);
    } finally {
      port1.close();
    }
  };
  const line: Line = {
    estado: () => ask({ ask: 'estado' }, WAIT.answer),
    look: () => ask({ ask: 'busca' }, WAIT.look),
    forget: () => ask({ ask: 'olvida' }, WAIT.answer),
    proof: (phase) => ask({ ask: 'prueba', phase }, WAIT.answer),
    recibos: ({ phase, number, sha256 }, former) => ask({ ask: 'recibos', phase, number, sha256, former }, WAIT.recibos),
    proofOfRecibos: ({ phase, number, sha256 }, recibos) =>
      ask({ ask: 'prueba-de-acuses', phase, number, sha256, recibos }, WAIT.proof),
    trustProof: (version) => ask({ ask: 'prueba-confianza', version }, WAIT.answer),
    document: (marco, url) => ask({ ask: 'documento', marco, url }, WAIT.answer),
  };
  return line;
}

/** @throws ObstacleError where it is refused, or not active in time */
async function registered(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration> {
  try {
    await container.register(addressOfWorker(), { scope: '/', updateViaCache: 'none' });
  } catch (cause) {
    // Without a network the one that is there goes on; a refusal at the first visit is one.
    const former = await container.getRegistration('/').catch(() => undefined);
    if (former === undefined) throw new ObstacleError('refused', cause);
  }
  return within(WAIT.start, container.ready).catch((cause: unknown) => {
    throw new ObstacleError('late', cause);
  });
}

/** The page's policy lets no text become a script's address but through this one, which always gives the same. */
function addressOfWorker(): string {
  const policies: unknown = Reflect.get(window, 'trustedTypes');
  if (!isPolicies(policies)) return WORKER_FILE;
  return policies.createPolicy('cotejo', { createScriptURL: () => WORKER_FILE }).createScriptURL('');
}

interface Policies {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (text: string) => string },
  ): { createScriptURL(text: string): string };
}

/** Some browsers have none. */
function isPolicies(value: unknown): value is Policies {
  return typeof value === 'object' && value !== null && 'createPolicy' in value;
}

function isOfType<T extends { readonly type: string }>(data: unknown, type: T['type']): data is T {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === type;
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
