import type { Hash } from '../../format/hash.ts';
import { anchorIn, type LectorConfig } from '../../format/lector.ts';
import type { Language } from '../../format/said.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import type { WebEquation } from '../web-equation.ts';
import type { WebClient } from '../web-get.ts';
import type { HashBytes } from './asking.ts';
import { newBodies } from './bodies.ts';
import type { Contents } from './contents.ts';
import type { HeldCorte } from './cortes.ts';
import { type Current, currentOf, estadoOf, factsOf } from './estado.ts';
import { newFiles } from './files.ts';
import { newGiven } from './given.ts';
import type { Pin } from './kept.ts';
import { openKnown } from './known.ts';
import { mirrorsListedIn } from './listed.ts';
import { newLooker } from './look.ts';
import type { Documento, Estado } from './messages.ts';
import { newMet } from './met.ts';
import { newMirrors } from './mirrors.ts';
import type { Opening } from './openings.ts';
import { openPins } from './pins.ts';
import { pruebaDeConfianza, pruebaOf } from './prueba.ts';
import type { PublicationPlan } from './publication.ts';
import { recall } from './recall.ts';
import type { Store } from './store.ts';
import { newWaiting } from './waiting.ts';

/** The lector without its browser: what it knows, how it learns more, and what it answers the bar. */

export interface Surroundings {
  readonly config: LectorConfig;
  readonly store: Store;
  /** @param isNeeded whether the newest corte has a file of this hash */
  readonly contentsFor: (isNeeded: (sha256: Hash) => boolean) => Contents;
  readonly web: WebEquation;
  readonly hash: HashBytes;
  /** @param onBytes is told the length of all that comes */
  readonly clientFor: (signal: AbortSignal, onBytes?: (bytes: number) => void) => WebClient;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly timeout: (ms: number) => AbortSignal;
  readonly random: () => number;
  readonly language: Language;
  /** whether this origin is https */
  readonly isSecure: boolean;
  /** something that the bar shows may have changed */
  readonly onChange: () => void;
}

/** ms that a reader who opens a page waits for a newer corte than the one that is kept: not at all while none is due. */
const WAIT = Object.freeze({ first: 30_000, due: 400, stale: 3000, asked: 8000 });

export type Lector = Awaited<ReturnType<typeof openLector>>;

/** @throws Refusal where the anchor that it was built with can't be believed */
export async function openLector(here: Surroundings) {
  const { config, store, web, hash, clientFor, now, pause, timeout, random, language, isSecure, onChange } = here;
  const known = await openKnown(store, anchorIn(config), web);
  const pins = await openPins(store);
  const mirrors = newMirrors(config.mirrors, random);
  const given = newGiven();
  let isNeeded: (sha256: Hash) => boolean = () => false;
  const contents = here.contentsFor((sha256) => isNeeded(sha256));
  const bodies = newBodies(pause);
  const files = newFiles({ mirrors, clientFor, contents, hash, now, pause, timeout, room: bodies.room, onChange });
  const met = newMet(onChange);
  const waiting = newWaiting(now, random);
  let looking: Promise<void> | null = null;
  let onHead: Array<() => void> = [];

  const looker = newLooker({
    known,
    mirrors,
    web,
    clientFor,
    now,
    pause,
    timeout,
    onChange,
    overdue() {
      const estado = estadoNow();
      return estado.shows === 'aviso' && estado.head ? estado.head : null;
    },
    onAdopted(held, how) {
      if (how === 'older' || how === 'fork') return onChange();
      for (const wake of onHead.splice(0)) wake();
      void takeMirrorsOf(held);
    },
    onRefused: (mirror, { code }) => met.add(`rechazado ${mirror.url}`, { kind: 'rechazado', mirror: mirror.name, code }),
    onFine: (mirror) => met.over(`rechazado ${mirror.url}`),
  });

  function current(): Current | null {
    const found = currentOf(known, now());
    const manifest = found?.head?.byPath;
    if (manifest) isNeeded = needed(manifest);
    const shown = found?.rules.name ?? null;
    mirrors.setNewest(shown, shown === null ? 0 : (known.seen(shown)?.number ?? 0));
    return found;
  }

  async function takeMirrorsOf(held: HeldCorte): Promise<void> {
    const shown = current();
    if (shown?.head !== held) return;
    const listed = await mirrorsListedIn(held, shown.rules.kind === 'simulacro', files, isSecure);
    if (listed && current()?.head === held) mirrors.setListed(listed);
    onChange();
  }

  /** Whoever asks while one is under way waits for that one. */
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => (looking = null));
    return looking;
  }

  async function lookOnce(): Promise<void> {
    await looker.look();
    const isAnswering = mirrors.isAnyAnswering();
    const shown = current();
    // What a revoked corte's padrón named is no mirror any more.
    if (shown && !shown.head) mirrors.setListed([]);
    waiting.looked(isAnswering, shown);
    onChange();
  }

  /** The corte to be opened where none is named. */
  async function newest(): Promise<HeldCorte | null> {
    const shown = current();
    const looking = waiting.isDue() ? look() : Promise.resolve();
    if (!shown?.head) {
      const woken = new Promise<void>((resolve) => void onHead.push(resolve));
      await Promise.race([looking, woken, pause(WAIT.first)]);
    } else {
      const { taken_at, final } = shown.head.corte.statement;
      const due = Date.parse(taken_at) + shown.rules.period_seconds * 1000;
      const estado = estadoNow();
      const wait = estado.shows === 'aviso' ? WAIT.stale : !final && now() >= due ? WAIT.due : 0;
      if (wait > 0) await Promise.race([looking, pause(wait)]);
    }
    return current()?.head ?? null;
  }

  function estadoNow(): Estado {
    const isKeeping = store.keeps() && contents.keeps();
    return estadoOf({ known, mirrors, now: now(), offlineSince: waiting.offlineSince(), met: met.all(), isKeeping });
  }

  const recalling = { known, mirrors, web, clientFor, now, pause, timeout };
  const publication: PublicationPlan = {
    known,
    files,
    bodies,
    language,
    corteOf: ({ phase, number, sha256 }: Pin) => recall(recalling, phase, number, sha256),
    onGiven(clientId, path, ...what) {
      given.add(clientId, path, ...what);
      met.over(`archivo ${path}`);
    },
    onLacking: (number, path) => met.add(`archivo ${path}`, { kind: 'archivo', number, path }),
  };

  const first = current()?.head;
  if (first) void takeMirrorsOf(first);

  return {
    pins,
    publication,
    /** @returns the corte that a frame is to be opened with; null where none could be verified */
    async chosen({ phase, number }: Pick<Opening, 'phase' | 'number'>): Promise<HeldCorte | null> {
      const of = phase ?? current()?.rules.name;
      return number === null || of === undefined ? newest() : recall(recalling, of, number, null);
    },
    /**
     * Nothing is waited for.
     * @returns the newest corte that is kept; null also where something else is to be told in its place
     */
    kept(): HeldCorte | null {
      const isForked = known.forks().length > 0 || known.trustForks().length > 0;
      return estadoNow().shows === 'corte' && !isForked ? (current()?.head ?? null) : null;
    },
    /** Never throws. */
    estado(): { readonly estado: Estado; readonly work: Promise<void> } {
      const work = waiting.isDue() ? look() : Promise.resolve();
      return { estado: estadoNow(), work };
    },
    async busca(): Promise<Estado> {
      await Promise.race([look(), pause(WAIT.asked)]);
      return estadoNow();
    },
    async olvida(): Promise<Estado> {
      await known.forget();
      await pins.clear();
      await contents.clear();
      met.clear();
      mirrors.setListed([]);
      waiting.hurry();
      onChange();
      return estadoNow();
    },
    estadoNow,
    prueba: (phase: string) => pruebaOf(known, phase),
    pruebaDeConfianza: (version: number) => pruebaDeConfianza(known, version),
    /** What was given to a document. */
    async documento(clientId: string, pin: Pin): Promise<Documento | null> {
      const held = await known.at(pin.sha256);
      if (!held) return null;
      const { path, files: count, bytes, from } = given.to(clientId);
      const isDrill = phaseOf(known.trust(), pin.phase)?.kind === 'simulacro';
      return { type: 'cotejo/documento', corte: factsOf(held), isDrill, path: path ?? pin.path, from, files: count, bytes };
    },
  };
}

function needed(manifest: ReadonlyMap<string, string>): (sha256: Hash) => boolean {
  const hashes = new Set(manifest.values());
  return (sha256) => hashes.has(sha256);
}
