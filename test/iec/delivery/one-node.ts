import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { fingerprint } from '../../../src/format/key.ts';
import { bringUpToDate } from '../../../src/iec/delivery/bring.ts';
import { PATIENCE } from '../../../src/iec/link/open-link.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { startSftp } from '../../../src/serve/sftp/sftp-server.ts';
import { type RunningDifusor, runDifusor } from '../../kit/difusor.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { ANY, keyText, iec as sender } from '../../kit/inbox.ts';
import { makeKey } from '../../kit/keys.ts';
import { makeInstitute } from '../institute.ts';

/** An IEC with one corte and one real node, and the visits of the one to the other. */

const INBOX_BYTES = 64 * 1024 * 1024;

export async function stage(t: ExecutionContext, { acuseMs = 60_000 } = {}) {
  const trust = signTrust(makeTrust());
  const institute = await makeInstitute(t, trust);
  await institute.publish({ 'index.html': 'resultados preliminares' });
  await institute.pack();
  const host = makeKey('a host');
  const difusor = await runDifusor(t, {
    trust,
    ports: { sftp: ANY },
    hostKey: await keyText(t, host),
    sftp: { iec_keys: [sender.publicKey], host_key: 'unused', inbox_bytes: INBOX_BYTES },
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
  const look = () => viewChain(institute.chain, 'jornada');
  const options = {
    identity: { privateKey: await keyText(t, sender) },
    patience: PATIENCE,
    windowBytes: 512 * 1024,
    panel: join(institute.folder, 'panel'),
    acuseMs,
    now: () => difusor.now,
  };
  let view = await look();
  return {
    institute,
    trust,
    difusor,
    target,
    options,
    view: () => view,
    look: async () => void (view = await look()),
    visit: () => bringUpToDate(target, () => view, options),
  };
}

/** The inbox of a node whose daemon has ended: what the node says is the trial's. */
export async function inboxAlone(t: ExecutionContext, { config, sftp }: RunningDifusor) {
  const { inbox, outbox } = config;
  const hostKey = await keyText(t, makeKey('a host'));
  const settings = { hostKey, iecKeys: [sender.publicKey], inboxBytes: INBOX_BYTES };
  const service = await startSftp({ inbox, outbox, now: Date.now }, settings, sftp!);
  t.teardown(() => service.close());
  return { inbox, outbox };
}

/** A line of `refused.jsonl`. */
export function refusalOf(delivery: string, at: number, code: string): string {
  return `${JSON.stringify({ at: new Date(at).toISOString(), delivery, code, detail: '' })}\n`;
}
