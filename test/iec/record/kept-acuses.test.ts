import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeDocument } from '../../../src/format/document.ts';
import { healChain } from '../../../src/iec/heal.ts';
import { toldOf } from '../../../src/iec/link/trouble.ts';
import { keptAcuses, lostCorte } from '../../../src/iec/record/kept-acuses.ts';
import { at, type KitTrust, makeTrust, NOW, nextTrust, signTrust, writeTrust } from '../../kit/election.ts';
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
