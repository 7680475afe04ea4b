import type { Readable } from 'node:stream';
import type { Event } from '../../difusor/state/events.ts';
import { type Said, said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { addressText, type Service } from '../../service/listening.ts';
import { type Supervisor, supervisorOf } from '../../service/supervisor.ts';
import { words } from '../words.ts';
import { bounded, type PortEvent, wordLine } from './words.ts';

/**
 * The side of a port's process. Under the daemon it reports what happens in lines that the daemon reads, and it ends
 * when its standard input does, which is when the daemon ends for whatever reason. As a systemd unit of its own it
 * reports to the journal.
 */

/** ms between two signs of life, and between two reports about one kind of event. */
const SIGN_MS = 5000;
const TELL_MS = 60_000;

export interface ChildPlan {
  readonly what: 'sftp' | 'http';
  readonly isUnderDaemon: boolean;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** writes to the standard output */
  readonly print: (text: string) => void;
  /** writes an event as a line for people, where no daemon reads it */
  readonly show: (event: Event) => void;
  /** @param hostKey as the daemon gave it, null where there is no daemon or it gave none */
  readonly open: (tell: (event: Event) => void, hostKey: Buffer | null) => Promise<Service>;
}

/** Serves until it is told to end. @throws what opening throws, where there is no daemon to tell it to */
export async function serveApart(plan: ChildPlan): Promise<void> {
  const { what, isUnderDaemon, stdin, env, print, show, open } = plan;
  const say = (event: PortEvent) => (isUnderDaemon ? print(wordLine(event)) : show(event));
  const tell = gathered(say);
  const over = isUnderDaemon ? ropeOf(stdin) : null;
  const stop = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));
  // Ctrl-C reaches every process of a terminal; the daemon ends its own when it is done.
  const interrupted = new Promise<void>((resolve) => process.on('SIGINT', () => isUnderDaemon || resolve()));
  const supervisor = supervisorOf(isUnderDaemon ? {} : env);
  let service: Service;
  try {
    service = await open(tell, over ? await over.hostKey : null);
  } catch (error) {
    if (isUnderDaemon) print(wordLine({ word: 'failed', detail: saidBy(error) }));
    over?.letGo();
    throw error;
  }
  const address = addressText(service.address);
  say({ event: 'listening', what, address });
  await supervisor.ready(`${what} ${address}`);
  const signs = setInterval(() => (isUnderDaemon ? print(wordLine({ word: 'alive' })) : beat(supervisor)), SIGN_MS);
  await Promise.race([stop, interrupted, ...(over ? [over.ended] : [])]);
  clearInterval(signs);
  await service.close();
  over?.letGo();
}

/**
 * Tells systemd that the process is alive. One lost signal does no harm; where none gets through, systemd restarts the
 * process.
 */
function beat(supervisor: Supervisor): void {
  if (supervisor.watchdogMs !== null) void supervisor.alive().catch(() => {});
}

interface Rope {
  readonly hostKey: Promise<Buffer | null>;
  readonly ended: Promise<void>;
  /** Stops holding the process alive, so that it can end. */
  letGo(): void;
}

/**
 * The standard input by which the daemon controls this process: first a line with the host key, then nothing until the
 * end.
 */
function ropeOf(stdin: Readable): Rope {
  const ended = new Promise<void>((resolve) => {
    for (const end of ['end', 'close', 'error']) stdin.on(end, () => resolve());
  });
  const hostKey = new Promise<Buffer | null>((resolve) => {
    let text = '';
    const taken = () => resolve(text.trim() === '' ? null : Buffer.from(text, 'base64'));
    // Reading goes on after the line, so that the end is noticed.
    stdin.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      if (part.includes('\n')) taken();
    });
    void ended.then(taken);
  });
  return { hostKey, ended, letGo: () => void stdin.destroy() };
}

/**
 * Errors of one kind are reported once a minute at most, with their number and the text of the last one: strangers must
 * not be able to cause a line per request.
 */
function gathered(say: (event: PortEvent) => void): (event: Event) => void {
  const kinds = new Map<string, { times: number; detail: Said; at: number }>();
  return (event) => {
    if (event.event === 'login-refused') return say(event); // counted where it comes from
    if (event.event !== 'error') return;
    const { what } = event;
    const kind = kinds.get(what.en) ?? { times: 0, detail: said(''), at: -Infinity };
    kinds.set(what.en, kind);
    kind.times += 1;
    kind.detail = event.detail.map(bounded);
    if (performance.now() - kind.at < TELL_MS) return;
    kind.at = performance.now();
    say({
      event: 'error',
      what,
      detail: kind.times === 1 ? kind.detail : words.timesLast(kind.times, kind.detail),
    });
    kind.times = 0;
  };
}
