import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fingerprint } from '../../../src/format/key.ts';
import { place } from '../../../src/iec/delivery/upload.ts';
import { openLink, PATIENCE } from '../../../src/iec/link/open-link.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { runDifusor } from '../../kit/difusor.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';

/** How a full inbox is reported: by the status that it answers with, whatever text is beside it. */

const iec = makeKey('the IEC towards its Difusores');

/** Brings a delivery of so many bytes to a node with the built-in inbox. */
async function bring(t: ExecutionContext, bytes: number, plan: { inboxBytes?: number; inbox?: string }): Promise<unknown> {
  const { inboxBytes = 64 * 1024 * 1024, ...changes } = plan;
  const folder = await makeFolder(t);
  const identity = await writePrivateKey(iec, join(folder, 'iec'));
  const hostKey = makeKey('a host');
  const difusor = await runDifusor(t, {
    trust: signTrust(makeTrust()),
    ports: { sftp: { host: '127.0.0.1', port: 0 } },
    hostKey: await readFile(await writePrivateKey(hostKey, join(folder, 'host'))),
    sftp: { iec_keys: [iec.publicKey], host_key: 'unused', inbox_bytes: inboxBytes },
    ...changes,
  });
  const target = {
    ...difusor.sftp!,
    user: 'iec',
    host_key: fingerprint(hostKey.publicKey),
    difusor: 'vanguardia',
    node: 'web1',
    acuse_key: '',
    inbox: 'inbox',
    outbox: 'outbox',
  };
  const sizes = { 'corte.json': 1, 'corte.json.sig': 1, SHA256SUMS: 1, 'corte.tar.gz': bytes };
  const files = Object.entries(sizes).map(([name, size]) => ({ name, path: join(folder, name), bytes: size }));
  for (const file of files) await writeFile(file.path, Buffer.alloc(file.bytes));
  const link = await openLink(target, {
    identity: { privateKey: await readFile(identity) },
    patience: PATIENCE,
    windowBytes: 512 * 1024,
  });
  t.teardown(() => link.close());
  const parcel = { name: 'jornada-000001', files };
  return place(link, target, parcel, () => {}).then(
    ({ how }) => how,
    (error: unknown) => (error instanceof Trouble ? error.code : error),
  );
}

test('a full inbox is reported as no room', async (t) => {
  t.is(await bring(t, 50_000, { inboxBytes: 100_000 }), 'placed');
  t.is(await bring(t, 200_000, { inboxBytes: 100_000 }), 'disk-full');
});

const asRoot = process.geteuid?.() === 0 ? test : (title: string) => test.skip(`${title} (needs root)`, () => {});

asRoot('a full disk is reported as no room', async (t) => {
  const small = await makeFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]);
  t.teardown(() => void execFileSync('umount', ['-l', small]));
  const inbox = join(small, 'inbox');
  t.is(await bring(t, 1_000_000, { inbox }), 'disk-full');
});
