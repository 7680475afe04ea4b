import { existsSync, promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readHead } from '../../src/chain/chain-folder.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { healChain } from '../../src/iec/heal.ts';
import { cotejo, sh } from '../kit/command.ts';
import { makeTrust, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { treeOf } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';
import { requiresRoot } from '../kit/requires.ts';
import { makeInstitute } from './institute.ts';

const first = signTrust(makeTrust());
const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 2 } : signer));
const second = signTrust(nextTrust(first, { signers }));

test('after heal has set aside the disowned cortes, the IEC packs the next one', async (t) => {
  const iec = await makeInstitute(t, first);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  for (let n = 1; n <= 4; n++) await iec.pack();
  const whole = await treeOf(iec.chain);
  t.deepEqual((await healChain(iec.chain)).cuts, [], 'a sound chain is left as it is');
  t.deepEqual(await treeOf(iec.chain), whole);

  await writeTrust(second, join(iec.chain, 'trust/2.json'));
  const relevo = { key: makeKey('relevo-1') };
  const error = await t.throwsAsync(iec.pack(relevo), { instanceOf: Refusal });
  t.is(error.code, 'signer-out-of-range');
  const cut = await fs.readFile(join(iec.chain, 'jornada/000003/corte.json'));

  const ran = await cotejo(['iec', 'heal', '--chain', iec.chain, '--json']);
  t.is(ran.status, 0, ran.stderr);
  t.like(JSON.parse(ran.stdout), { cuts: [{ phase: 'jornada', from: 3, to: 4 }] });
  const kept = (await fs.readdir(join(iec.folder, 'revoked'))).sort();
  t.deepEqual(
    kept.map((name) => name.slice(0, 14)),
    ['jornada-000003', 'jornada-000004'],
  );
  t.deepEqual(await fs.readFile(join(iec.folder, 'revoked', kept[0] as string, 'corte.json')), cut);
  t.like(JSON.parse(await fs.readFile(join(iec.chain, 'index.json'), 'utf8')), { trust: 2, phases: { jornada: { number: 2 } } });
  t.like((await iec.pack(relevo)).statement, { number: 3, trust: { version: 2 } });
});

const goesOn = async (t: ExecutionContext, left: boolean) => {
  const iec = await makeInstitute(t, first);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  for (let n = 1; n <= 3; n++) await iec.pack();
  await writeTrust(second, join(iec.chain, 'trust/2.json'));
  await fs.rm(join(iec.chain, '.lock'));
  await fs.rm(join(iec.chain, 'jornada/historia'), { recursive: true });
  const owned = await sh('chown -R 65534:65534 .', iec.folder);
  t.is(owned.status, 0, owned.stderr);
  if (left) await sh('umask 077; mkdir revoked; : > chain/.lock', iec.folder);
  const healed = await sh(
    `umask 077; '${process.execPath}' '${join(repository(), 'dist/bin/cotejo.js')}' iec heal --chain chain`,
    iec.folder,
  );
  t.is(healed.status, 0, healed.stderr);
  for (const folder of ['revoked', 'chain/jornada/historia']) {
    const { uid, gid, mode } = await fs.stat(join(iec.folder, folder));
    t.deepEqual([uid, gid, (mode & 0o7777).toString(8)], [65534, 65534, '755'], folder);
  }
  t.is((await fs.stat(join(iec.chain, '.lock'))).uid, 65534);
  // A link in the place of the lock gives nobody what it points to.
  const other = join(iec.folder, 'other');
  await fs.writeFile(other, '', { mode: 0o600 });
  await fs.rm(join(iec.chain, '.lock'));
  await fs.symlink(other, join(iec.chain, '.lock'));
  t.deepEqual((await healChain(iec.chain)).cuts, []);
  t.is((await fs.stat(other)).uid, 0);
};

requiresRoot()('what root heals, with whatever umask, the service may go on with', (t) => goesOn(t, false));
requiresRoot()('and with what root left there when it crashed', (t) => goesOn(t, true));

for (const stop of ['before revoking', 'after revoking']) {
  test(`a heal that ends ${stop} leaves a chain without a gap, and the next one ends it`, async (t) => {
    const iec = await makeInstitute(t, first);
    await iec.publish({ 'index.html': 'resultados preliminares' });
    for (let n = 1; n <= 4; n++) await iec.pack();
    await writeTrust(second, join(iec.chain, 'trust/2.json'));
    const interrupted = healChain(iec.chain, (name) => {
      if (name === stop) throw new Error('stopped');
    });
    await t.throwsAsync(interrupted, { message: 'stopped' });
    t.true(existsSync(join(iec.chain, 'jornada/000003')), 'the highest goes first');
    await t.throwsAsync(iec.pack({ key: makeKey('relevo-1') }), { instanceOf: Refusal });
    await healChain(iec.chain);
    t.is((await readHead(iec.chain, 'jornada'))?.statement.number, 2);
    t.is((await fs.readdir(join(iec.folder, 'revoked'))).length, 2);
  });
}
