import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import net from 'node:net';
import ssh2 from 'ssh2';
import { newWindow } from './send-window.ts';
import type { SshIdentity } from './ssh-identity.ts';
import { Trouble } from './trouble.ts';

/**
 * One SSH connection to a node, and SFTP over it. The host key is pinned; nothing waits for ever: connecting, the
 * handshake and every request have their time, and a connection that stops answering without closing is given up.
 * What the node answers is untrusted: every list and every file is read up to a limit.
 */

export interface LinkTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` as `ssh-keygen -l` prints it */
  readonly host_key: string;
}

/** Milliseconds. */
export interface Patience {
  /** until TCP answers */
  readonly connect: number;
  /** from there until the account is logged in and SFTP speaks */
  readonly handshake: number;
  /** without any answer while at least one is owed */
  readonly stall: number;
}

export const PATIENCE: Patience = { connect: 10_000, handshake: 20_000, stall: 20_000 };

export interface LinkOptions {
  readonly identity: SshIdentity;
  readonly patience: Patience;
  /** bytes sent and not yet answered for; bounds the memory of one link */
  readonly windowBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Found {
  readonly size: number;
  readonly isFolder: boolean;
  /** seconds since the epoch, by the node's clock */
  readonly mtime: number;
}

export interface SftpLink {
  /** @returns null where there is nothing of that name */
  find(path: string): Promise<Found | null>;
  /** The names in a folder, at most `most`; null where there is no such folder. @throws Trouble `outbox-too-large` */
  list(path: string, most: number): Promise<string[] | null>;
  /** A whole small file; null where there is none. @throws Trouble `outbox-too-large` */
  read(path: string, limit: number): Promise<Buffer | null>;
  /** @returns false where it could not be made: it may be there already */
  makeFolder(path: string): Promise<boolean>;
  /** Writes `file` from byte `from` to byte `size`, fsyncs where the node can, closes. */
  write(path: string, file: FileHandle, from: number, size: number, sent: (bytes: number) => void): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** bytes left on the file system of a path; null where the node can't tell */
  space(path: string): Promise<number | null>;
  close(): void;
}

/** OpenSSH and others take 32 KiB with its header in one packet. */
const CHUNK = 31 * 1024;
/** What is read of a file in one go: two hundred nodes hold one each. */
const BLOCK = 2 * CHUNK;

export const STATUS = ssh2.utils.sftp.STATUS_CODE;

/** Whether a node answered a request with this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && !(error instanceof Trouble) && (error as { code?: unknown }).code === status;
}

/** @throws Trouble that names why there is no link */
export async function openLink(target: LinkTarget, options: LinkOptions): Promise<SftpLink> {
  options.signal?.throwIfAborted();
  const socket = await connect(target, options);
  const client = new ssh2.Client();
  let broken: Trouble | null = null;
  const waiting = new Set<(trouble: Trouble) => void>();
  const breakWith = (trouble: Trouble) => {
    broken ??= trouble;
    clearInterval(watch);
    for (const reject of waiting) reject(broken);
    waiting.clear();
    client.destroy();
    socket.destroy();
  };
  const onAbort = () => breakWith(new Trouble('connection-lost', 'given up by the IEC'));
  options.signal?.addEventListener('abort', onAbort, { once: true });

  // Time runs while an answer is owed, and anew from every answer.
  let heardAt = performance.now();
  let limit = options.patience.handshake;
  let late: () => Trouble = () =>
    new Trouble('no-answer', `${target.host}:${target.port} takes the connection and does not log us in`);
  const watch = setInterval(
    () => {
      if (waiting.size > 0 && performance.now() - heardAt > limit) breakWith(late());
    },
    Math.min(1000, limit / 4),
  );

  /** A request with its answer; every one ends, with the link if not by itself. */
  function ask<T>(start: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      if (waiting.size === 0) heardAt = performance.now();
      const fail = (trouble: Trouble) => reject(trouble);
      waiting.add(fail);
      const done = (error?: Error | null, value?: T) => {
        heardAt = performance.now();
        waiting.delete(fail);
        if (broken) reject(broken);
        else if (error) reject(error);
        else resolve(value as T);
      };
      try {
        start(done);
      } catch (error) {
        done(error as Error);
      }
    });
  }

  function close(): void {
    clearInterval(watch);
    options.signal?.removeEventListener('abort', onAbort);
    broken ??= new Trouble('connection-lost', 'the link was closed');
    client.end();
    // A node that never says goodbye does not keep the socket.
    setTimeout(() => socket.destroy(), 1000).unref();
  }

  let shown = '';
  client.on('error', (error: Error & { level?: string }) => breakWith(troubleOf(error, target, shown)));
  client.on('close', () => breakWith(new Trouble('connection-lost', `${target.host} closed the connection`)));
  try {
    await ask<void>((done) => {
      client.once('ready', () => done());
      client.connect({
        sock: socket,
        username: target.user,
        ...options.identity,
        readyTimeout: 0,
        hostVerifier: (key: Buffer) => {
          shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
          return shown === target.host_key;
        },
      });
    });
    const sftp = await ask<ssh2.SFTPWrapper>((done) => client.sftp(done)).catch((error: unknown) => {
      if (error instanceof Trouble) throw error;
      throw new Trouble('no-sftp', `the account ${target.user} gives no SFTP: ${(error as Error).message}`, { cause: error });
    });
    sftp.on('error', (error: Error) => breakWith(new Trouble('connection-lost', `no sound SFTP: ${error.message}`)));
    sftp.on('close', () => breakWith(new Trouble('connection-lost', `${target.host} ended the SFTP session`)));
    limit = options.patience.stall;
    late = () => new Trouble('stalled', `${target.host} has not answered for ${Math.round(limit / 1000)} s`);
    return linkOver(sftp, ask, close, options.windowBytes);
  } catch (error) {
    close();
    socket.destroy();
    throw error;
  }
}

type Ask = <T>(start: (done: (error?: Error | null, value?: T) => void) => void) => Promise<T>;

function linkOver(sftp: ssh2.SFTPWrapper, ask: Ask, close: () => void, windowBytes: number): SftpLink {
  const { OPEN_MODE } = ssh2.utils.sftp;
  const window = newWindow(windowBytes);
  const orNull = async <T>(answer: Promise<T>): Promise<T | null> => {
    try {
      return await answer;
    } catch (error) {
      if (isStatus(error, STATUS.NO_SUCH_FILE)) return null;
      throw error;
    }
  };
  /** Nothing depends on the answer; if the link is broken, the next request tells. */
  const letGo = (handle: Buffer) => void ask<void>((done) => sftp.close(handle, done)).catch(() => {});

  return {
    async find(path) {
      const stats = await orNull(ask<ssh2.Stats>((done) => sftp.lstat(path, done)));
      return stats && { size: stats.size, isFolder: stats.isDirectory(), mtime: stats.mtime };
    },

    async list(path, most) {
      const handle = await orNull(ask<Buffer>((done) => sftp.opendir(path, done)));
      if (handle === null) return null;
      const names: string[] = [];
      try {
        for (;;) {
          const some = await ask<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(handle, done));
          if (some.length === 0) return names; // ended, or nothing but . and ..
          names.push(...some.map(({ filename }) => filename));
          if (names.length > most) throw new Trouble('outbox-too-large', `${path} holds over ${most} names`);
        }
      } catch (error) {
        if (isStatus(error, STATUS.EOF)) return names;
        throw error;
      } finally {
        letGo(handle);
      }
    },

    async read(path, limit) {
      const handle = await orNull(ask<Buffer>((done) => sftp.open(path, 'r', done)));
      if (handle === null) return null;
      const room = Buffer.allocUnsafe(limit + 1);
      let length = 0;
      try {
        for (;;) {
          const at = length;
          const n = await ask<number>((done) => sftp.read(handle, room, at, Math.min(CHUNK, room.length - at), at, done));
          length += n;
          if (n === 0) return Buffer.from(room.subarray(0, length));
          if (length > limit) throw new Trouble('outbox-too-large', `${path} is over ${limit} bytes`);
        }
      } finally {
        letGo(handle);
      }
    },

    async makeFolder(path) {
      try {
        await ask<void>((done) => sftp.mkdir(path, { mode: 0o775 }, done));
        return true;
      } catch (error) {
        if (isStatus(error, STATUS.FAILURE)) return false;
        throw error;
      }
    },

    async write(path, file, from, size, sent) {
      const flags = OPEN_MODE.WRITE | OPEN_MODE.CREAT | (from === 0 ? OPEN_MODE.TRUNC : 0);
      const handle = await ask<Buffer>((done) => sftp.open(path, flags, { mode: 0o664 }, done));
      const block = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(size - from, 1)));
      const answers = newAnswers();
      for (let at = from; at < size; ) {
        const { bytesRead } = await file.read(block, 0, Math.min(block.length, size - at), at);
        if (bytesRead === 0) throw new Error(`${path}: the chain's own file is shorter than it was`);
        for (let start = 0; start < bytesRead; start += CHUNK) {
          const length = Math.min(CHUNK, bytesRead - start);
          await answers.orFail(window.take(length));
          const position = at + start;
          // ssh2 copies the bytes before write returns: the block can be filled again at once.
          const answer = ask<void>((done) => sftp.write(handle, block, start, length, position, done));
          answers.add(answer.then(() => sent(length)).finally(() => window.give(length)));
        }
        at += bytesRead;
      }
      await answers.all();
      await ask<void>((done) => sftp.ext_openssh_fsync(handle, done)).catch((error: unknown) => {
        // A node that can't fsync on demand does it when it copies the delivery.
        if (error instanceof Trouble || (error as Error).message !== UNSUPPORTED) throw error;
      });
      await ask<void>((done) => sftp.close(handle, done));
    },

    rename: (from, to) => ask<void>((done) => sftp.rename(from, to, done)),

    async space(path) {
      try {
        const { f_bavail, f_frsize } = await ask<{ f_bavail: number; f_frsize: number }>((done) =>
          sftp.ext_openssh_statvfs(path, done),
        );
        return f_bavail * f_frsize;
      } catch (error) {
        if (error instanceof Trouble) throw error;
        return null;
      }
    },

    close,
  };
}

/** What ssh2 throws where the server did not announce an extension. */
const UNSUPPORTED = 'Server does not support this extended request';

/** Answers that come while more is asked: the first failure is told at the next step, and none goes unheard. */
function newAnswers() {
  const owed = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  let failed: (error: unknown) => void = () => {};
  const failing = new Promise<never>((_, reject) => {
    failed = reject;
  });
  failing.catch(() => {}); // heard in orFail and in all
  return {
    add(answer: Promise<void>): void {
      const one = answer
        .catch((error: unknown) => {
          failure ??= { error };
          failed(error);
        })
        .finally(() => owed.delete(one));
      owed.add(one);
    },
    orFail: (step: Promise<void>): Promise<void> => Promise.race([step, failing]),
    async all(): Promise<void> {
      await Promise.all(owed);
      if (failure) throw failure.error;
    },
  };
}

/** TCP alone, so that "nobody there" and "somebody who never answers" are told apart. */
function connect({ host, port }: LinkTarget, { patience, signal }: LinkOptions): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true, keepAlive: true });
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      if (!error) return resolve(socket);
      socket.on('error', () => {}); // what follows the first error says nothing more
      socket.destroy();
      reject(error);
    };
    const onAbort = () => end(new Trouble('connection-lost', 'given up by the IEC'));
    const timer = setTimeout(() => end(new Trouble('unreachable', `${host}:${port} does not answer`)), patience.connect);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => end());
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(new Trouble('unreachable', `${host}:${port}: ${error.code ?? error.message}`, { cause: error })),
    );
  });
}

function troubleOf(error: Error & { level?: string }, target: LinkTarget, shown: string): Trouble {
  if (shown !== '' && shown !== target.host_key) {
    return new Trouble('host-key-changed', `${target.host} shows ${shown}, ${target.host_key} is pinned`, { cause: error });
  }
  if (error.level === 'client-authentication') {
    return new Trouble('login-refused', `${target.host} does not let ${target.user} in with the IEC's key`, { cause: error });
  }
  const code = error.level === 'handshake' || error.level === 'protocol' ? 'no-answer' : 'connection-lost';
  return new Trouble(code, `${target.host}: ${error.message}`, { cause: error });
}
