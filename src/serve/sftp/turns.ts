import type { SFTPWrapper } from 'ssh2';
import { statusOf } from './answers.ts';
import { isChoked, sendStatus } from './inside-ssh2.ts';

/**
 * The requests of one session wait for their turn: they are done one after the other, in the order in which they came, so
 * that a rename that follows a write without waiting finds it written.
 */

/** A request that waits holds memory; past this the connection is not read until there is room. */
const WAITING_BYTES = 4 * 1024 * 1024;
const WAITING_REQUESTS = 256;

export interface Pace {
  /** stop and go on reading from the connection */
  pause(): void;
  resume(): void;
  /** called at each request: the session is not idle */
  stirred(): void;
  /** ends the connection, because its client breaks the rules of a session */
  drop(): void;
}

type Work = () => void | Promise<void>;

export interface Turns {
  /**
   * Takes a request in; whatever its work throws becomes its status.
   * @param bytes that it holds while it waits
   */
  readonly ask: (id: number, work: Work, bytes?: number) => void;
  /** No more requests will come: those that came are done first. */
  readonly last: (work: Work) => void;
  /** Drops what waits. The request at work is done to its end, and answers nobody. */
  readonly end: () => void;
  readonly isOver: boolean;
}

/** @param closed called when the session is over and none of its requests is at work; at times once more */
export function newTurns(sftp: SFTPWrapper, pace: Pace, closed: () => Promise<void>): Turns {
  const waiting: { readonly work: Work; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  let isBusy = false;
  let isPaused = false;
  let isOver = false;

  async function workOff(): Promise<void> {
    isBusy = true;
    for (;;) {
      const next = waiting.shift(); // none either when the session is over
      if (!next) break;
      await next.work();
      waitingBytes -= next.bytes;
      if (isPaused && waitingBytes < WAITING_BYTES / 2 && waiting.length < WAITING_REQUESTS / 2) {
        isPaused = false;
        pace.resume();
      }
    }
    isBusy = false;
    if (isOver) await closed();
  }

  return {
    ask(id, work, bytes = 0) {
      if (isOver) return;
      pace.stirred();
      if (isChoked(sftp) && waiting.length >= WAITING_REQUESTS) return pace.drop(); // it sends requests and does not read the answers
      const answered = async () => {
        try {
          await work();
        } catch (error) {
          if (!isOver) sendStatus(sftp, id, ...statusOf(error));
        }
      };
      waiting.push({ work: answered, bytes });
      waitingBytes += bytes;
      if (!isPaused && (waitingBytes > WAITING_BYTES || waiting.length > WAITING_REQUESTS)) {
        isPaused = true;
        pace.pause();
      }
      if (!isBusy) void workOff();
    },
    last(work) {
      waiting.push({ work, bytes: 0 });
      if (!isBusy) void workOff();
    },
    end() {
      if (isOver) return;
      isOver = true;
      waiting.length = 0;
      if (!isBusy) void closed();
    },
    get isOver() {
      return isOver;
    },
  };
}
