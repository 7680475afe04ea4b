import type { Event } from '../../difusor/state/events.ts';
import { ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import type { Account } from '../../service/account.ts';
import { type Address, addressText, parseAddress } from '../../service/listening.ts';
import { words } from '../words.ts';
import { spawnConfined } from './confined.ts';
import { type End, type Life, lifeOf } from './life.ts';
import { bounded, type PortEvent, upTo } from './words.ts';

/**
 * The daemon's side of a port: a separate process listens, so that strangers can break only that one and not the
 * process that verifies, publishes and signs. It is started again whenever it ends.
 */
export interface Port {
  readonly what: 'sftp' | 'http';
  readonly address: Address;
  /** the configuration's file, which the process reads itself */
  readonly config: string;
  /** the host key's file, read: the process gets it through its standard input */
  readonly hostKey: Buffer | null;
  /** whose rights the process has, where the daemon is root's */
  readonly account: Account | null;
  readonly tell: (event: Event) => void;
}

export interface Apart {
  /** once it listens. Rejects with an Error where the first start fails; after that it is restarted for ever */
  readonly opened: Promise<void>;
  /** Ends the process, in order if it is able to. */
  close(): Promise<void>;
}

/**
 * ms between two starts: doubled from the first value up to the last. A process that ran for the last begins with the
 * first again.
 */
const PAUSE = { first: 1000, last: 60_000 };
/**
 * Events of a process that are reported in a minute. It already gathers its own; only one that an attacker controls
 * sends more.
 */
const TOLD_A_MINUTE = 6;

export function openApart(port: Port): Apart {
  let { address } = port;
  let life: Life | null = null;
  let isOver = false;
  let endPause = () => {};
  const tell = upTo(TOLD_A_MINUTE, port.tell);
  let hasOpened = false;
  let open = () => {};
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });

  function told(event: PortEvent): void {
    if (event.event !== 'listening') return tell(event);
    // Port 0 asks for any port; the next process takes the same one. The host is the one that we asked for, whatever
    // the process says.
    address = { host: address.host, port: portIn(event.address) ?? address.port };
    tell({ event: 'listening', what: port.what, address: addressText(address) });
    hasOpened = true;
    open();
  }

  /** One life of the process. Without memory for another process there is none, not even one that fails. */
  async function live(args: readonly string[]): Promise<End> {
    try {
      life = lifeOf(spawnConfined(args, port.account), port.hostKey, told);
    } catch (error) {
      return { status: 'no start', detail: saidBy(error).map(bounded) };
    }
    return life.ended;
  }

  async function keep(): Promise<void> {
    let pause = PAUSE.first;
    for (;;) {
      const began = performance.now();
      const args = [`serve-${port.what}`, '--config', port.config, '--listen', addressText(address), '--under-daemon'];
      const { status, detail } = await live(args);
      if (isOver) return;
      if (!hasOpened) throw new ToldError(detail.en === '' ? words.ended(port.what, status) : detail);
      if (performance.now() - began > PAUSE.last) pause = PAUSE.first;
      port.tell({ event: 'port-ended', what: port.what, status, detail, again_in: pause / 1000 });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (isOver) return;
      pause = Math.min(2 * pause, PAUSE.last);
    }
  }

  const kept = keep();
  return {
    opened: Promise.race([opening, kept]),
    async close() {
      isOver = true;
      endPause();
      await life?.close();
      await kept.catch(() => {}); // whoever opened it got the error
    },
  };
}

function portIn(text: string): number | null {
  try {
    return parseAddress(text).port;
  } catch {
    return null; // not one of ours; the address is only shown
  }
}
