import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fingerprint } from '../../../src/format/key.ts';
import { place } from '../../../src/iec/delivery/upload.ts';
import { openLink, PATIENCE } from '../../../src/iec/link/open-link.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { nodesOf } from '../../../src/iec/setup/config.ts';
import { runDifusor } from '../../kit/difusor.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { requires } from '../../kit/requires.ts';
import { foundNetwork } from '../network.ts';

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

const overSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);

overSshd('an upload goes round what somebody closed under its name, and is its own the second time', async (t) => {
  const network = await foundNetwork(t);
  const node = await network.node('vanguardia');
  const [target] = nodesOf(await network.configure());
  const link = await openLink(target!, { identity: network.identity, patience: PATIENCE, windowBytes: 512 * 1024 });
  t.teardown(() => link.close());
  const file = join(network.folder, 'file');
  await writeFile(file, 'ours');
  const bring = async (name: string, isAnew = false) => {
    const parcel = { name, files: [{ name: 'corte.json', path: file, bytes: 4 }] };
    const { how, resumed } = await place(link, target!, parcel, () => {}, isAnew);
    t.is(how, 'placed', name);
    t.is(await readFile(join(node.home, 'inbox', name, 'corte.json'), 'utf8'), 'ours', name);
    return resumed;
  };
  const lay = async (name: string, folder: number, inside: number) => {
    const aside = join(node.home, 'inbox', `.cotejo-${name}`);
    await mkdir(aside);
    await writeFile(join(aside, 'corte.json'), 'th');
    await chmod(join(aside, 'corte.json'), inside);
    await chmod(aside, folder);
  };
  await lay('jornada-000001', 0o100, 0o600);
  await lay('jornada-000002', 0o700, 0o400);
  await lay('jornada-000003', 0o700, 0o600);
  await lay('jornada-000005', 0o700, 0o600);
  await writeFile(join(node.home, 'inbox/.cotejo-jornada-000005/corte.json'), 'ou');
  t.false(await bring('jornada-000001'));
  t.false(await bring('jornada-000002'));
  t.false(await bring('jornada-000003', true));
  t.false(await bring('jornada-000004'));
  t.true(await bring('jornada-000005'));
  const left = (await node.inbox()).filter((name) => name.startsWith('.'));
  t.deepEqual(left, ['.cotejo-jornada-000001', '.cotejo-jornada-000002', '.cotejo-jornada-000003']);
});
