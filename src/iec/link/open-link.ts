import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import { messageOf, saidBy } from '../../format/thrown.ts';
import { answering, onlyAnswers } from './answering.ts';
import { newAsking } from './asking.ts';
import { type Bounds, newBudget } from './budget.ts';
import { connect } from './connect.ts';
import type { Names } from './resolve.ts';
import { linkOver, type SftpLink } from './sftp-link.ts';
import type { SshIdentity } from './ssh-identity.ts';
import { givenUp, Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * One SSH connection to a node. The host key is pinned; nothing waits for ever: the name, connecting, the handshake, every request
 * and the visit as a whole have their time.
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
  /** until TCP answers, from when the addresses of the name are known */
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
  /** of the whole visit, from when we are logged in */
  readonly bounds?: Bounds | undefined;
  /** what knows the names of hosts; this machine's where it is absent */
  readonly names?: Names | undefined;
  /** gives the link up at once */
  readonly signal?: AbortSignal | undefined;
}

/** What may come before we are logged in; its time is that of the handshake, and an honest node needs a few KB. */
const STRANGER: Bounds = { visit: Infinity, slowest: 1, answers: 1024 * 1024, answersPerSecond: 0 };

/**
 * A server has several host keys and shows one, of the first type that we name. Where that is not the pinned one, the other
 * types are asked for: the pinned key may be among them.
 */
const OTHER_HOST_KEYS: readonly (readonly ssh2.ServerHostKeyAlgorithm[])[] = [
  ['rsa-sha2-512', 'rsa-sha2-256'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
];

/** @throws Trouble that names why there is no link */
export async function openLink(target: LinkTarget, options: LinkOptions): Promise<SftpLink> {
  let changed: Trouble | null = null;
  for (const types of [undefined, ...OTHER_HOST_KEYS]) {
    let isPinned = false;
    try {
      return await openShowing(types, target, options, () => {
        isPinned = true;
      });
    } catch (error) {
      if (isPinned) throw error;
      // Whatever an impostor does when he is asked again, he has shown another key.
      if (changed === null && !(error instanceof Trouble && error.code === 'host-key-changed')) throw error;
      changed ??= error instanceof Trouble ? error : null;
    }
  }
  throw changed;
}

/**
 * @param types of the host key that the server may show; those of ssh2, ed25519 first, where absent
 * @param pinned called once the server has shown the pinned key
 */
async function openShowing(
  types: readonly ssh2.ServerHostKeyAlgorithm[] | undefined,
  target: LinkTarget,
  options: LinkOptions,
  pinned: () => void,
): Promise<SftpLink> {
  options.signal?.throwIfAborted();
  const { host, port, user } = target;
  const { patience, identity, windowBytes, bounds, signal } = options;
  const socket = await connect(host, port, { wait: patience.connect, names: options.names, signal });
  const client = new ssh2.Client();
  const silent = () => new Trouble('no-answer', words.noLogin(`${host}:${port}`));
  const received = () => socket.bytesRead;
  const asking = newAsking(patience.handshake, silent, newBudget(host, received, STRANGER), () => {
    client.destroy();
    socket.destroy();
  });
  const { ask, order, breakWith } = asking;
  const onAbort = () => breakWith(givenUp());
  signal?.addEventListener('abort', onAbort, { once: true });

  function close(): void {
    signal?.removeEventListener('abort', onAbort);
    asking.stop();
    client.end();
    // A node that never closes its side must not keep the socket open.
    setTimeout(() => socket.destroy(), 1000).unref();
  }

  let shown = '';
  client.on('error', (error: SshError) => breakWith(troubleOf(error, target, shown)));
  client.on('close', () => breakWith(new Trouble('connection-lost', words.closed(host))));
  try {
    await order((done) => {
      client.once('ready', () => done());
      client.connect({
        sock: socket,
        username: user,
        ...identity,
        readyTimeout: 0,
        ...(types && { algorithms: { serverHostKey: [...types] } }),
        hostVerifier: (key: Buffer) => {
          shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
          if (shown !== target.host_key) return false;
          pinned();
          return true;
        },
      });
    });
    const sftp = await ask<ssh2.SFTPWrapper>((done) => client.sftp(done)).catch((error: unknown) => {
      if (error instanceof Trouble) throw error;
      throw new Trouble('no-sftp', words.noSftp(user, messageOf(error)), { cause: error });
    });
    sftp.on('error', (error: Error) => breakWith(new Trouble('connection-lost', words.unsound(error.message))));
    sftp.on('close', () => breakWith(new Trouble('connection-lost', words.sftpEnded(host))));
    const { stall } = patience;
    const late = () => new Trouble('stalled', words.stalled(host, Math.round(stall / 1000)));
    const budget = newBudget(host, received, bounds);
    asking.allow(stall, late, budget);
    return onlyAnswers(linkOver(sftp, answering(asking), budget, windowBytes, close));
  } catch (error) {
    close();
    socket.destroy();
    throw error;
  }
}

/** ssh2's error of a connection; `level` says at which step it failed. */
type SshError = Error & { readonly level?: string };

/** Names the trouble of a failed connection. @param shown the host key's fingerprint, '' where none was shown */
function troubleOf(error: SshError, target: LinkTarget, shown: string): Trouble {
  if (shown !== '' && shown !== target.host_key) {
    return new Trouble('host-key-changed', words.hostKey(target.host, shown, target.host_key), { cause: error });
  }
  // The ssh-agent is the IEC's own: no node is to be blamed for it.
  if (error.level === 'agent') return new Trouble('iec-failed', words.agent(saidBy(error)), { cause: error });
  if (/no matching/.test(error.message)) {
    return new Trouble('no-agreement', words.noAgreement(target.host, error.message), { cause: error });
  }
  if (error.level === 'client-authentication') {
    return new Trouble('login-refused', words.loginRefused(target.host, target.user), { cause: error });
  }
  const code = error.level === 'handshake' || error.level === 'protocol' ? 'no-answer' : 'connection-lost';
  return new Trouble(code, words.broken(target.host, error.message), { cause: error });
}
