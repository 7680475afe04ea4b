import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openMark } from '../../../src/iec/record/signed-mark.ts';
import type { IecConfig } from '../../../src/iec/setup/config.ts';
import { requires } from '../../kit/requires.ts';
import { acknowledge, guardOf, PERIOD, showing, taken, verdictOf } from './guard-stage.ts';

/** Before a machine signs that did not sign the end of its chain, it asks; over a real sshd and real addresses. */

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);

withSshd('a machine that took over signs once everybody was asked, and from then on asks nobody', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  for (const node of nodes) await acknowledge(node, iec.cortes[2]!);
  t.is(
    await verdictOf(
      guardOf(iec, config, () => now),
      config,
    ),
    'free',
  );
  const gone: IecConfig = {
    ...config,
    difusor: config.difusor.map((one) => ({ ...one, node: one.node.map((n) => ({ ...n, port: 1 })) })),
  };
  const next = guardOf(iec, gone, () => now);
  t.is(await verdictOf(next, gone), 'free', 'its own mark is enough, after a restart, too');
  const again = guardOf(iec, gone, () => now);
  await rm(join(iec.panel, 'firmado.json'));
  t.is(await verdictOf(again, gone), 'not-asked');
});

withSshd('who only one node can tell of is found; where that node is away nothing is signed without being told to', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo', 'saltillo']);
  const [holder] = nodes;
  await acknowledge(holder!, iec.cortes[3]!);
  t.is(
    await verdictOf(
      guardOf(iec, config, () => now),
      config,
    ),
    'corte-lost',
  );
  const away: IecConfig = {
    ...config,
    difusor: config.difusor.map((one) =>
      one.name === 'vanguardia' ? { ...one, node: one.node.map((n) => ({ ...n, port: 1 })) } : one,
    ),
  };
  t.is(
    await verdictOf(
      guardOf(iec, away, () => now),
      away,
    ),
    'not-asked',
  );
  // At its public address it answers all the same.
  const shown = await showing(t, away, 'vanguardia', iec.cortes);
  t.is(
    await verdictOf(
      guardOf(iec, shown, () => now),
      shown,
    ),
    'corte-lost',
  );
  const older = await showing(t, away, 'vanguardia', iec.cortes.slice(0, 3));
  t.is(
    await verdictOf(
      guardOf(iec, older, () => now),
      older,
    ),
    'free',
  );
});

withSshd('a node may be left unasked where the configuration says so', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  for (const node of nodes) await acknowledge(node, iec.cortes[2]!);
  const away: IecConfig = {
    ...config,
    relevo_unasked: 1,
    difusor: config.difusor.map((one, i) => (i === 0 ? { ...one, node: one.node.map((n) => ({ ...n, port: 1 })) } : one)),
  };
  t.is(
    await verdictOf(
      guardOf(iec, away, () => now),
      away,
    ),
    'free',
  );
});

withSshd('whoever signed the newest corte is given its time for the next one', async (t) => {
  const { iec, config, now } = await taken(t, ['vanguardia']);
  t.is(
    await verdictOf(
      guardOf(iec, config, () => now - 2 * PERIOD + 1000),
      config,
    ),
    'not-asked',
  );
  t.is(
    await verdictOf(
      guardOf(iec, config, () => now),
      config,
    ),
    'free',
  );
});

withSshd('the machine that comes back sees what the other one signed, and signs no more', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  const mark = await openMark(iec.panel, iec.chain);
  await mark.take('jornada', { number: 3, corte: iec.cortes[2]?.sha256 ?? '' });
  // A node's word alone stops no machine that is the one: any node could say so.
  await acknowledge(nodes[0]!, iec.cortes[3]!);
  t.is(
    await verdictOf(
      guardOf(iec, config, () => now),
      config,
    ),
    'free',
  );
  const shown = await showing(t, config, 'vanguardia', iec.cortes);
  const guard = guardOf(iec, shown, () => now);
  t.is(await verdictOf(guard, shown), 'corte-lost');
  await rm(join(nodes[0]!.home, 'outbox/acuses'), { recursive: true });
  t.is(await verdictOf(guard, shown), 'corte-lost', 'and it stays so until the chain is another');
  await iec.issue(4);
  t.is(await verdictOf(guard, shown), 'not-asked', 'now the end is not its own');
});
