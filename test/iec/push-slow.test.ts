import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import ssh2 from 'ssh2';
import { PATIENCE } from '../../src/iec/link/open-link.ts';
import { writePanel } from '../../src/iec/panel/panel.ts';
import { pushOnce } from '../../src/iec/push.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import { nodesOf, parseIecConfig } from '../../src/iec/setup/config.ts';
import { type Answers, startBadNode } from '../kit/bad-node.ts';
import { NOW } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { freePort } from '../kit/port.ts';
import { makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

/** A pass over nodes of which one is slow, or has something in the way: what the others come to does not wait for it. */

const { STATUS_CODE } = ssh2.utils.sftp;

/** @param bad how the node `lento` answers; `apagado`, beside it, is not there */
async function pushTo(t: ExecutionContext, bad: Answers, acuseMs = 8000) {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  await iec.pack();
  const { target, identity } = await startBadNode(t, bad);
  const linesOf = (name: string) => ({ ...target, acuse_key: makeKey(name).publicKey, inbox: 'inbox', outbox: 'outbox' });
  const nodes = [
    { name: 'lento', lines: linesOf('lento') },
    { name: 'apagado', lines: { ...linesOf('apagado'), port: await freePort() } },
  ];
  const config = parseIecConfig(tomlOf(nodes), join(iec.folder, 'IEC.toml'));
  const view = await viewChain(config.chain, config.phase);
  const now = () => NOW + 60_000;
  const ledger = await openLedger(config.panel, view, { now });
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const pass = pushOnce(config, nodesOf(config), view, ledger, {
    identity,
    now,
    patience: PATIENCE,
    acuseMs,
    signal: stop.signal,
    show: () => writePanel(config, view, ledger, { now: now() }),
  });
  return { config, pass, stop };
}

test('what a node came to is recorded and shown while a slow one is still at it', async (t) => {
  const dripping: Answers = { READ: (sftp, id) => setTimeout(() => sftp.data(id, Buffer.from(' ')), 50) };
  const { config, pass, stop } = await pushTo(t, dripping);
  let isOver = false;
  const over = pass.finally(() => {
    isOver = true;
  });
  const shown = async (file: string) => readFile(join(config.panel, file), 'utf8').catch(() => '');
  const hasBoth = async () =>
    (await shown('estado.json')).includes('unreachable') && (await shown('index.html')).includes('apagado');
  for (let tries = 0; !(await hasBoth()) && tries < 200; tries++) await sleep(50);
  t.true(await hasBoth());
  t.false(isOver, 'the slow one was still at it');
  stop.abort();
  await over;
});

test('what lies in the way is named, and no acuse', async (t) => {
  // Somebody gave an empty folder the name of the delivery.
  const ATTRIBUTES = { mode: 0o040700, uid: 0, gid: 0, size: 0, atime: 1, mtime: 1 };
  const LSTAT: Answers[string] = (sftp, id, path: string) => {
    if (path === 'inbox/trust-1') sftp.attrs(id, ATTRIBUTES);
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  };
  const { pass } = await pushTo(t, { LSTAT }, 500);
  const [report] = await pass;
  t.is(report?.trouble?.code, 'not-taken');
  t.regex(String(report?.trouble?.detail ?? ''), /trust-1 lies in inbox .* without 1\.json/);
});

test('an inbox that is full of folders is told with one of them', async (t) => {
  const ATTRIBUTES = { mode: 0o040700, uid: 0, gid: 0, size: 0, atime: 1, mtime: 1 };
  let isListed = false;
  const { pass } = await pushTo(t, {
    MKDIR: (sftp, id) => sftp.status(id, STATUS_CODE.FAILURE),
    OPENDIR: (sftp, id, path: string) => {
      if (path === 'inbox') sftp.handle(id, Buffer.from('inbox'));
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    },
    READDIR: (sftp, id) => {
      const names = Array.from({ length: 124 }, (_, i) => ({ filename: `trust-${i + 2}`, longname: '', attrs: ATTRIBUTES }));
      if (isListed) sftp.status(id, STATUS_CODE.EOF);
      else sftp.name(id, names);
      isListed = true;
    },
  });
  const [report] = await pass;
  t.is(report?.trouble?.code, 'write-failed');
  t.regex(String(report?.trouble?.detail ?? ''), /beside 124 others, such as trust-10/);
});
