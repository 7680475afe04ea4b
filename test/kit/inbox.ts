import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { type RunningDifusor, runDifusor } from './difusor.ts';
import { makeTrust, signTrust } from './election.ts';
import { makeFolder } from './folders.ts';
import { makeKey, type TestKey, writePrivateKey } from './keys.ts';

/** A daemon with the built-in inbox, and ssh2's client that talks to it. */

export const trust = signTrust(makeTrust());
export const iec = makeKey('the IEC towards its Difusores');
export const ANY = { host: '127.0.0.1', port: 0 };

export async function keyText(t: ExecutionContext, key: TestKey): Promise<Buffer> {
  return readFile(await writePrivateKey(key, join(await makeFolder(t), 'key')));
}

export async function withInbox(t: ExecutionContext, inboxBytes = 64 * 1024 * 1024): Promise<RunningDifusor> {
  const hostKey = await keyText(t, makeKey('a host'));
  const sftp = { iec_keys: [iec.publicKey], host_key: 'unused', inbox_bytes: inboxBytes };
  return runDifusor(t, { trust, ports: { sftp: ANY }, hostKey, sftp });
}

/** A client whose connection may break: the error is ignored here, because the code that waits for something gets it. */
export function newClient(t: ExecutionContext): ssh2.Client {
  const client = new ssh2.Client();
  client.on('error', () => {});
  t.teardown(() => client.destroy());
  return client;
}

/** How long a handshake takes depends on the machine, which may be busy: only the test's own time limit ends it. */
const UNHURRIED = { readyTimeout: 0 };

export async function connected(t: ExecutionContext, difusor: RunningDifusor, key: TestKey = iec): Promise<ssh2.Client> {
  const client = newClient(t);
  const ready = once(client, 'ready');
  client.connect({ ...difusor.sftp, ...UNHURRIED, username: 'iec', privateKey: await keyText(t, key), hostVerifier: () => true });
  await ready;
  return client;
}

export async function session(t: ExecutionContext, difusor: RunningDifusor): Promise<SFTPWrapper> {
  const client = await connected(t, difusor);
  return promisify(client.sftp.bind(client) as (cb: (e: Error | undefined, s: SFTPWrapper) => void) => void)();
}

/** The status code with which a request ends; 0 for OK. */
export function code(ask: (done: (error?: unknown) => void) => void): Promise<number> {
  return new Promise((resolve) => ask((error) => resolve(error ? ((error as { code: number }).code ?? -1) : 0)));
}

export const get = <T>(ask: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> => promisify(ask)();
