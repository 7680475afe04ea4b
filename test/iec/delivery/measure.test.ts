import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openRegular } from '../../../src/disk/bounded-file.ts';
import { type LinkMeasured, measureLink, type Rate } from '../../../src/iec/delivery/measure.ts';
import { openLink, PATIENCE } from '../../../src/iec/link/open-link.ts';
import { nodesOf } from '../../../src/iec/setup/config.ts';
import { makeFolder } from '../../kit/folders.ts';
import { requires } from '../../kit/requires.ts';
import { foundNetwork } from '../network.ts';
import { inboxAlone, stage } from './one-node.ts';

/** A link is measured as it is, both ways, and nothing is left behind. */

/** Little, since a test need not be exact. */
const AMOUNTS = { first: 128 * 1024, whole: 1024 * 1024 };

async function probeFile(t: ExecutionContext) {
  const path = join(await makeFolder(t), 'probe');
  await writeFile(path, randomBytes(AMOUNTS.whole));
  const probe = await openRegular(path);
  t.teardown(() => probe.close());
  return probe;
}

/** A way to a node that carries so many bytes a second towards it and from it. */
async function slowWay(t: ExecutionContext, to: number, towards: number, from: number): Promise<number> {
  const server = net.createServer((client) => {
    const node = net.connect(to, '127.0.0.1');
    pour(client, node, towards);
    pour(node, client, from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function pour(source: net.Socket, sink: net.Socket, rate: number): void {
  let free = performance.now();
  source.on('data', (chunk) => {
    source.pause();
    sink.write(chunk);
    free = Math.max(free, performance.now()) + (chunk.length / rate) * 1000;
    setTimeout(() => source.resume(), free - performance.now());
  });
  source.on('close', () => sink.destroy());
  source.on('error', () => sink.destroy());
}

const mbits = (rate: Rate) => ('bits' in rate ? rate.bits / 1e6 : Number.NaN);
const isMeasured = ({ up, down }: LinkMeasured) => mbits(up) > 0 && mbits(down) > 0;

test.serial('the built-in inbox takes the probe, gives it back its room, and each direction has its own rate', async (t) => {
  const { difusor, target, options } = await stage(t);
  const probe = await probeFile(t);
  const port = await slowWay(t, difusor.sftp!.port, 1.25e6, 0.3e6);
  const { up, down } = await measureLink({ ...target, port }, probe, options, AMOUNTS);
  // The processor of this machine may be busy, and that only slows it down.

  t.true(mbits(up) <= 11 && mbits(up) > mbits(down), JSON.stringify({ up, down }));
  t.true(mbits(down) <= 2.8 && mbits(down) > 0.5, JSON.stringify({ up, down }));
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

test.serial('what a probe that was cut off left is removed by the next one', async (t) => {
  const { difusor, target, options } = await stage(t);
  const probe = await probeFile(t);
  const link = await openLink(target, options);
  await link.makeFolder('inbox/.cotejo-prueba');
  await link.write('inbox/.cotejo-prueba/prueba', probe, 0, 1000, () => {});
  link.close();
  t.true(isMeasured(await measureLink(target, probe, options, AMOUNTS)));
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

test.serial('what can not be measured honestly is not given a figure', async (t) => {
  const { difusor, target, options } = await stage(t);
  await difusor.stop();
  const { outbox } = await inboxAlone(t, difusor);
  for (const name of ['status.json', 'enlace.bin']) await rm(join(outbox, name), { force: true });
  await writeFile(join(outbox, 'refused.jsonl'), 'x'.repeat(40));
  const probe = await probeFile(t);
  const { up, down } = await measureLink(target, probe, options, AMOUNTS);
  t.true(mbits(up) > 0);
  t.deepEqual(down, { tooSmall: 40 });
  const wrong = await measureLink({ ...target, host_key: `SHA256:${'A'.repeat(43)}` }, probe, options, AMOUNTS);
  t.like(wrong, { up: { trouble: { code: 'host-key-changed' } }, down: { trouble: { code: 'host-key-changed' } } });
});

requires('openssh-server', ['sshd', 'ssh-keygen']).serial('a real sshd takes the probe and gives it back its room', async (t) => {
  const network = await foundNetwork(t);
  const node = await network.node('vanguardia');
  await node.run();
  const [target] = nodesOf(await network.configure());
  while (!(await readdir(join(node.home, 'outbox'))).includes('status.json'))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const options = { identity: network.identity, patience: PATIENCE, windowBytes: 512 * 1024 };
  const measured = await measureLink(target!, await probeFile(t), options, AMOUNTS);
  t.true(isMeasured(measured), JSON.stringify(measured));
  t.deepEqual(await node.inbox(), []);
});
