import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { fingerprint } from '../../../src/format/key.ts';
import { bringUpToDate } from '../../../src/iec/delivery/bring.ts';
import { PATIENCE } from '../../../src/iec/link/open-link.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { startSftp } from '../../../src/serve/sftp/sftp-server.ts';
import { runDifusor } from '../../kit/difusor.ts';
import { makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { ANY, keyText, iec as sender } from '../../kit/inbox.ts';
import { makeKey } from '../../kit/keys.ts';
import { makeInstitute } from '../institute.ts';

/** Somebody gave the name of a delivery to a folder without its files: the node puts it aside, and the IEC goes on. */

async function stage(t: ExecutionContext) {
  const trust = signTrust(makeTrust());
  const institute = await makeInstitute(t, trust);
  await institute.publish({ 'index.html': 'resultados preliminares' });
  await institute.pack();
  const host = makeKey('a host');
  const difusor = await runDifusor(t, {
    trust,
    ports: { sftp: ANY },
    hostKey: await keyText(t, host),
    sftp: { iec_keys: [sender.publicKey], host_key: 'unused', inbox_bytes: 64 * 1024 * 1024 },
  });
  const target = {
    ...difusor.sftp!,
    user: 'iec',
    host_key: fingerprint(host.publicKey),
    difusor: 'vanguardia',
    node: 'web1',
    acuse_key: makeKey('vanguardia-web1').publicKey,
    inbox: 'inbox',
    outbox: 'outbox',
  };
  const view = await viewChain(institute.chain, 'jornada');
  const options = {
    identity: { privateKey: await keyText(t, sender) },
    patience: PATIENCE,
    windowBytes: 512 * 1024,
    panel: join(institute.folder, 'panel'),
    acuseMs: 60_000,
    now: () => difusor.now,
  };
  return { difusor, visit: () => bringUpToDate(target, () => view, options) };
}

test('the corte is sent once the folder in its way was put aside, on the same visit', async (t) => {
  const { difusor, visit } = await stage(t);
  await mkdir(join(difusor.config.inbox, 'jornada-000001'));
  await difusor.until(({ event }) => event === 'deferred');
  const report = visit();
  // The IEC has seen what lies there once it asks for the acuse that does not come: by then its minutes are over.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  difusor.now = NOW + 5 * 60_000;
  t.like(await report, { outcome: 'up-to-date', number: 1, trouble: null });
  t.true(difusor.events.some((event) => event.event === 'refused' && event.code === 'delivery-incomplete'));
  await difusor.stop();
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

/** The inbox alone: the trial is the node that judges. */
async function withoutDaemon(t: ExecutionContext) {
  const { difusor, visit } = await stage(t);
  await difusor.stop();
  const { inbox, outbox } = difusor.config;
  const hostKey = await keyText(t, makeKey('a host'));
  const settings = { hostKey, iecKeys: [sender.publicKey], inboxBytes: 64 * 1024 * 1024 };
  const service = await startSftp({ inbox, outbox, now: Date.now }, settings, difusor.sftp!);
  t.teardown(() => service.close());
  const refused = (at: number, code: string) =>
    `${JSON.stringify({ at: new Date(at).toISOString(), delivery: 'jornada-000001', code, detail: '' })}\n`;
  return { folder: join(inbox, 'jornada-000001'), list: join(outbox, 'refused.jsonl'), refused, visit };
}

test('a refusal of what had the name before is not taken for one of ours', async (t) => {
  const { folder, list, refused, visit } = await withoutDaemon(t);
  const report = visit();
  while (!existsSync(folder)) await pause(20);
  const before = refused(Date.now() - 10_000, 'statement-malformed');
  await writeFile(list, before);
  await pause(1500); // the IEC asks every half second
  await writeFile(list, before + refused(Date.now() + 10_000, 'package-mismatch'));
  t.like(await report, { outcome: 'refused', trouble: { code: 'package-mismatch' } });
});

test('what lay there when the IEC came is refused for what it is: the corte is sent then', async (t) => {
  const { folder, list, refused, visit } = await withoutDaemon(t);
  await mkdir(folder);
  await writeFile(join(folder, 'corte.json'), 'of somebody else');
  const report = visit();
  await pause(1500); // it has found the folder, and asks for the acuse
  await rm(folder, { recursive: true });
  const before = refused(Date.now(), 'statement-malformed');
  await writeFile(list, before);
  while (!existsSync(join(folder, 'corte.tar.gz'))) await pause(20);
  await writeFile(list, before + refused(Date.now() + 10_000, 'package-mismatch'));
  t.like(await report, { outcome: 'refused', trouble: { code: 'package-mismatch' } });
});
