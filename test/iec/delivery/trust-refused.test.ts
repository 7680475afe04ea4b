import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { pushOnce } from '../../../src/iec/push.ts';
import { openLedger } from '../../../src/iec/record/ledger.ts';
import { nodesOf, parseIecConfig } from '../../../src/iec/setup/config.ts';
import { type KitTrust, NOW, nextTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { tomlOf } from '../network.ts';
import { inboxAlone, refusalOf, stage } from './one-node.ts';

/** A trust document that a node refuses leaves its inbox like one that it takes: the IEC tells them apart. */

/** Puts version 2 into the chain with signatures that are none of its own. */
async function spoil(chain: string, trust: KitTrust): Promise<void> {
  const path = join(chain, 'trust/2.json');
  for (const custodian of ['presidencia', 'cotaprep']) await writeFile(`${path}.${custodian}.sig`, trust.signedBy[custodian]!);
}

const next = (trust: KitTrust) => nextTrust(trust, { title: 'PREP Coahuila 2018, con otro relevo' });

test('a trust document that a node refuses is told with its code, at every visit, and once it takes it no more', async (t) => {
  const { institute, trust, difusor, look, visit } = await stage(t);
  t.like(await visit(), { outcome: 'up-to-date', number: 1 });
  const path = join(institute.chain, 'trust/2.json');
  await writeTrust(signTrust(next(trust)), path);
  await look();
  await spoil(institute.chain, trust);
  for (let times = 0; times < 2; times++) {
    // It refuses within the second in which it was given the document, each time some milliseconds later.
    let now = NOW + (times + 1) * 10_000 + 400;
    Object.defineProperty(difusor, 'now', { get: () => (now += 1), configurable: true });
    t.like(await visit(), { outcome: 'refused', number: 1, trouble: { code: 'trust-threshold' } });
  }
  await writeTrust(signTrust(next(trust)), path);
  t.like(await visit(), { outcome: 'up-to-date', number: 1 });
  t.is(difusor.node.trust.newest.document.version, 2);
});

test('who refuses a trust document and has signed for the newest corte has missed no period', async (t) => {
  const { institute, trust, difusor, look, view, target, options } = await stage(t);
  await writeTrust(signTrust(next(trust)), join(institute.chain, 'trust/2.json'));
  await look();
  await spoil(institute.chain, trust);
  const { acuse_key, inbox, outbox, host, port, user, host_key } = target;
  const lines = { host, port, user, host_key, acuse_key, inbox, outbox };
  const config = parseIecConfig(tomlOf([{ name: 'vanguardia', lines }]), join(institute.folder, 'IEC.toml'));
  const now = () => difusor.now;
  const ledger = await openLedger(config.panel, view(), { now });
  const { identity } = options;
  const [report] = await pushOnce(config, nodesOf(config), view(), ledger, { identity, now });
  t.like(report, { outcome: 'refused', number: 1, trouble: { code: 'trust-threshold' } });
  t.like(ledger.node('vanguardia/web1').standing, { state: 'al-dia', failed: 0 });
});

test('a trust document that was refused for another of its name is placed once more, and taken once the node says so', async (t) => {
  const { institute, trust, difusor, look, visit } = await stage(t);
  await visit();
  await difusor.stop();
  await writeTrust(signTrust(next(trust)), join(institute.chain, 'trust/2.json'));
  await look();
  const { inbox, outbox } = await inboxAlone(t, difusor);
  const folder = join(inbox, 'trust-2');
  const report = visit();
  while (!existsSync(folder)) await pause(20);
  await rm(folder, { recursive: true });
  await writeFile(join(outbox, 'refused.jsonl'), refusalOf('trust-2', Date.now() - 5000, 'trust-fork'));
  while (!existsSync(folder)) await pause(20);
  await rm(folder, { recursive: true });
  await writeFile(join(outbox, 'status.json'), JSON.stringify({ trust: { version: 2 } }));
  t.like(await report, { outcome: 'up-to-date' });
});

test('a trust document that leaves the inbox without a word is not taken', async (t) => {
  const { institute, trust, difusor, look, visit } = await stage(t, { acuseMs: 3000 });
  await visit();
  await difusor.stop();
  await writeTrust(signTrust(next(trust)), join(institute.chain, 'trust/2.json'));
  await look();
  const { inbox } = await inboxAlone(t, difusor);
  const folder = join(inbox, 'trust-2');
  const report = visit();
  while (!existsSync(folder)) await pause(20);
  await rm(folder, { recursive: true });
  t.like(await report, { outcome: 'failed', number: 1, trouble: { code: 'no-acuse' } });
});

test('without a status, the acuse of a corte that names the trust document shows that it was taken', async (t) => {
  const { institute, trust, difusor, look, visit } = await stage(t);
  await writeTrust(signTrust(next(trust)), join(institute.chain, 'trust/2.json'));
  await institute.pack();
  await look();
  t.like(await visit(), { outcome: 'up-to-date', number: 2 });
  await difusor.stop();
  const { inbox, outbox } = await inboxAlone(t, difusor);
  await rm(join(outbox, 'status.json'));
  const report = visit();
  for (const name of ['trust-1', 'trust-2']) {
    const folder = join(inbox, name);
    while (!existsSync(folder)) await pause(20);
    if (name === 'trust-2') await rm(folder, { recursive: true });
  }
  t.like(await report, { outcome: 'up-to-date', number: 2 });
});
