import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { asideOf } from '../../../src/disk/aside.ts';
import { encodeDocument } from '../../../src/format/document.ts';
import type { Recibo } from '../../../src/format/recibos.ts';
import { healChain } from '../../../src/iec/heal.ts';
import { toldOf } from '../../../src/iec/link/trouble.ts';
import { keptAcuses, lostCorte } from '../../../src/iec/record/kept-acuses.ts';
import { lockPanel } from '../../../src/iec/record/panel-lock.ts';
import { at, type KitTrust, makeTrust, NOW, nextTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeRecibo } from '../../kit/recibos.ts';
import { makeInstitute } from '../institute.ts';

/** A number that a node has acknowledged is never signed again for another corte. */

async function withAcknowledged(t: ExecutionContext, trust: KitTrust) {
  const iec = await makeInstitute(t, trust);
  await iec.publish({ 'index.html': 'uno' });
  await iec.pack();
  await iec.publish({ 'index.html': 'dos' });
  const two = await iec.pack();
  const panel = join(iec.folder, 'panel');
  const acuse = {
    type: 'cotejo/acuse',
    format: 1,
    election: trust.document.election,
    phase: 'jornada',
    number: 2,
    corte: two.sha256,
    difusor: 'vanguardia',
    node: 'web1',
    received_at: at(NOW),
    admitted_at: at(NOW),
    published_at: at(NOW),
  };
  const kept = keptAcuses(panel, { difusor: 'vanguardia', node: 'web1' }, 'jornada');
  await kept.keep(2, encodeDocument(acuse), Buffer.from('only what was verified is kept'));
  return { iec, panel, two };
}

test('a corte that the Institute lost in a power cut and a node still has is reported as lost', async (t) => {
  const { iec, panel, two } = await withAcknowledged(t, signTrust(makeTrust()));
  t.is(await lostCorte(panel, iec.chain, 'jornada', 2), null);
  await rm(two.folder, { recursive: true });
  t.deepEqual(await lostCorte(panel, iec.chain, 'jornada', 1), { difusor: 'vanguardia', node: 'web1', number: 2 });
});

test('a corte that the custodians disowned and heal set aside is not lost', async (t) => {
  const trust = signTrust(makeTrust());
  const { iec, panel } = await withAcknowledged(t, trust);
  const signers = trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  await writeTrust(signTrust(nextTrust(trust, { signers })), join(iec.chain, 'trust/2.json'));
  const { cuts } = await healChain(iec.chain);
  t.like(cuts, [{ phase: 'jornada', from: 2, to: 2 }]);
  t.is(await lostCorte(panel, iec.chain, 'jornada', 1), null);
});

test('an error that a node answered is blamed on the node, not on the Institute', (t) => {
  t.is(toldOf(Object.assign(new Error('Failure'), { code: 4 })).code, 'node-failed');
  t.is(toldOf(Object.assign(new Error('no space'), { code: 'ENOSPC' })).code, 'iec-failed');
});

for (const [what, cut, isNew] of [
  ['before the new signature', '.json.sig', false],
  ['between the signature and its document', '.json', true],
] as const) {
  test(`a process that dies ${what} leaves no receipt that reads as a false one`, async (t) => {
    const panel = await makeFolder(t);
    const kept = keptAcuses(panel, { difusor: 'vanguardia', node: 'web1' }, 'jornada');
    const corte = { number: 1, sha256: 'a'.repeat(64) };
    const [admitted, published] = [makeRecibo(corte, { changes: { published_at: null } }), makeRecibo(corte)];
    const keep = ([acuse, signature]: Recibo) => kept.keep(1, Buffer.from(acuse), Buffer.from(signature));
    await keep(admitted);
    const obstacle = asideOf(join(panel, `acuses/vanguardia/web1/jornada/000001${cut}`));
    await mkdir(obstacle);
    await t.throwsAsync(keep(published), { code: 'EISDIR' });
    await rm(obstacle, { recursive: true });
    await (await lockPanel(panel))?.release();
    const { recibo } = (await kept.readSigned(1)) ?? {};
    t.deepEqual(recibo, isNew ? published : admitted);
    t.deepEqual((await readdir(join(panel, 'acuses/vanguardia/web1/jornada'))).sort(), ['000001.json', '000001.json.sig']);
    await keep(published);
    t.deepEqual((await kept.readSigned(1))?.recibo, published);
  });
}
