import pLimit from 'p-limit';
import type { Hash } from '../../format/hash.ts';
import type { WebClient } from '../web-get.ts';
import { WebTrouble } from '../web-trouble.ts';
import { askForFile, type FileWanted, type HashBytes, OtherBytes, TooLarge } from './asking.ts';
import { type Bodies, SMALL } from './bodies.ts';
import type { Contents } from './contents.ts';
import { KEPT } from './messages.ts';
import type { MirrorAt, Mirrors } from './mirrors.ts';
import { race, Stalled } from './race.ts';

/** A corte's files, each verified by its hash before anyone gets it, from the store or from whichever mirror brings it. */

type Given =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer>; readonly from: string }
  /** more than is verified in a browser */
  | { readonly kind: 'too-large' }
  /** nobody gave it as it was signed */
  | { readonly kind: 'not-had' };

export interface Files {
  /** Never throws. */
  get(wanted: FileWanted): Promise<Given>;
}

/** Bytes: a file that has more is not shown. */
export const MOST_OF_FILE = 32 * 1024 * 1024;
/** Bytes of a file above which only one is held at a time, so that no publication asks for more memory than there is. */
const LARGE = 4 * 1024 * 1024;
/** Files that are fetched at one time, as a browser asks one server. */
const AT_ONCE = 8;
/** ms for one file, all mirrors together; and ms more for each byte that it may have, at a line's pace of 128 KiB a second. */
const TOTAL = 120_000;
const PER_BYTE = 1000 / (128 * 1024);

export interface FilesPlan {
  readonly mirrors: Pick<Mirrors, 'toAsk' | 'gaveOther' | 'silent' | 'slow'>;
  readonly clientFor: (signal: AbortSignal) => Pick<WebClient, 'stream' | 'read'>;
  readonly contents: Contents;
  readonly hash: HashBytes;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** aborted after so many ms */
  readonly timeout: (ms: number) => AbortSignal;
  /** resolves when there is room for a large file's bytes */
  readonly room: Bodies['room'];
  /** something is known of a mirror that was not before */
  readonly onChange: () => void;
}

export function newFiles(plan: FilesPlan): Files {
  const { mirrors, clientFor, contents, hash, now, pause, timeout, room, onChange } = plan;
  const underWay = new Map<Hash, Promise<Given>>();
  /**
   * Those that are not given whole at once and that somebody still waits for or reads: whoever else asks is given the same
   * bytes. It is the buffer that is held then: of the array which was given, perhaps only a part is left.
   */
  const inHand = new Map<Hash, WeakRef<ArrayBuffer>>();
  const turn = pLimit(AT_ONCE);
  const largeTurn = pLimit(1);

  async function fetched(wanted: FileWanted): Promise<Given> {
    let isTooLarge = false;
    // The turn is the file's, whoever brings it: one who is slow must not keep the next one waiting for it.
    let large: Promise<() => void> | undefined;
    const turn = async () => void (await (large ??= taken(largeTurn)));
    const limits = { file: MOST_OF_FILE, large: LARGE, turn };
    const won = await race<MirrorAt, Uint8Array<ArrayBuffer>>({
      candidates: mirrors.toAsk(now()),
      attempt: (mirror, run) => askForFile(mirror, wanted, clientFor(run.signal), hash, limits, run),
      onFailure: (mirror, error) => {
        if (error instanceof OtherBytes) mirrors.gaveOther(mirror, now());
        else if (error instanceof TooLarge) isTooLarge = true;
        else if (error instanceof Stalled) mirrors.slow(mirror, now());
        else if (error instanceof WebTrouble && error.trouble !== 'status') {
          mirrors.silent(mirror);
          mirrors.slow(mirror, now());
        }
        onChange();
      },
      onSlow: (mirror) => mirrors.slow(mirror, now()),
      signal: timeout(TOTAL + Math.min(wanted.most, MOST_OF_FILE) * PER_BYTE),
      pause,
    });
    if (won && large) await room(won.found);
    void giveBack(large);
    if (!won) return { kind: isTooLarge ? 'too-large' : 'not-had' };
    await contents.put(wanted.sha256, won.found);
    return { kind: 'file', bytes: won.found, from: won.by.name };
  }

  async function get(wanted: FileWanted): Promise<Given> {
    const held = inHand.get(wanted.sha256)?.deref();
    const kept = held ? new Uint8Array(held) : await contents.get(wanted.sha256);
    const given: Given = kept ? { kind: 'file', bytes: kept, from: KEPT } : await turn(() => fetched(wanted));
    if (given.kind === 'file' && given.bytes.length > SMALL) remember(wanted.sha256, given.bytes);
    return given;
  }

  function remember(sha256: Hash, { buffer, length }: Uint8Array<ArrayBuffer>): void {
    for (const [each, held] of inHand) if (!held.deref()) inHand.delete(each);
    if (buffer.byteLength === length) inHand.set(sha256, new WeakRef(buffer));
  }

  return {
    get(wanted) {
      const known = underWay.get(wanted.sha256);
      if (known) return known;
      const found = get(wanted).finally(() => underWay.delete(wanted.sha256));
      underWay.set(wanted.sha256, found);
      return found;
    },
  };
}

/** It need not have come yet. */
async function giveBack(turn: Promise<() => void> | undefined): Promise<void> {
  (await turn)?.();
}

/** @returns what gives the turn back */
function taken(turn: ReturnType<typeof pLimit>): Promise<() => void> {
  return new Promise((resolve) => {
    void turn(() => new Promise<void>((done) => resolve(done)));
  });
}
