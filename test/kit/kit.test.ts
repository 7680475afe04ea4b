import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeChain, writeDelivery, writeTrustDelivery } from './cortes.ts';
import { makeTrust, signTrust } from './election.ts';
import { makeFolder, treeOf } from './folders.ts';
import { makeKey, writePrivateKey } from './keys.ts';
import { requires } from './requires.ts';

const withKeygen = requires('openssh-client', ['ssh-keygen']);

withKeygen('ssh-keygen reads the private keys that the kit writes', async (t) => {
  for (const comment of ['', 'firma-1', 'a longer comment, of another padding']) {
    const key = makeKey(`key ${comment}`);
    const path = await writePrivateKey(key, join(await makeFolder(t), 'id'), comment);
    const printed = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', path], { encoding: 'utf8' });
    t.is(printed.trim(), `${key.publicKey} ${comment}`.trim());
  }
});

test('the same name gives the same key, and no name a random key', (t) => {
  t.is(makeKey('firma-1').publicKey, makeKey('firma-1').publicKey);
  t.not(makeKey('firma-1').publicKey, makeKey('relevo-1').publicKey);
  t.not(makeKey().publicKey, makeKey().publicKey);
});

test('GNU tar lists what the kit packs, long and accented names too', async (t) => {
  const folder = await makeFolder(t);
  const [corte] = makeChain(1, { trust: signTrust(makeTrust()) });
  await writeFile(join(folder, 'corte.tar.gz'), corte!.files['corte.tar.gz']);
  const listed = execFileSync('tar', ['-tzf', join(folder, 'corte.tar.gz'), '--quoting-style=literal'], { encoding: 'utf8' });
  t.deepEqual(listed.trim().split('\n'), [
    'actas/0000 básica.jpg',
    'actas/0001 básica.jpg',
    'base/COAH_AYUN_2018.csv',
    'css/estilo.css',
    'datos/Acuña.json',
    'index.html',
  ]);
});

test('deliveries arrive whole, under the name of their place, and leave nothing beside the inbox', async (t) => {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust());
  const [corte] = makeChain(1, { trust });
  const inbox = join(folder, 'inbox');
  await writeDelivery(inbox, corte!);
  await writeDelivery(inbox, corte!, { name: 'jornada-000009', files: { 'corte.tar.gz': null, extra: 'x' } });
  await writeTrustDelivery(inbox, trust);
  t.deepEqual(Object.keys(await treeOf(folder)), [
    'inbox',
    'inbox/jornada-000001',
    'inbox/jornada-000001/SHA256SUMS',
    'inbox/jornada-000001/corte.json',
    'inbox/jornada-000001/corte.json.sig',
    'inbox/jornada-000001/corte.tar.gz',
    'inbox/jornada-000009',
    'inbox/jornada-000009/SHA256SUMS',
    'inbox/jornada-000009/corte.json',
    'inbox/jornada-000009/corte.json.sig',
    'inbox/jornada-000009/extra',
    'inbox/trust-1',
    'inbox/trust-1/1.json',
    'inbox/trust-1/1.json.cotaprep.sig',
    'inbox/trust-1/1.json.presidencia.sig',
  ]);
});

test('treeOf gives modes, hashes and the targets of links, and does not follow links', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'a'), 'a', { mode: 0o600 });
  await symlink('..', join(folder, 'up'));
  t.deepEqual(await treeOf(folder), {
    a: 'file 0600 ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    up: 'link ..',
  });
});
