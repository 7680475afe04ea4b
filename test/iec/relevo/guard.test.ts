import { renameSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instantOf } from '../../../src/format/time.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { openMark } from '../../../src/iec/record/signed-mark.ts';
import { survey } from '../../../src/iec/relevo/survey.ts';
import type { IecConfig } from '../../../src/iec/setup/config.ts';
import { cotejo } from '../../kit/command.ts';
import { requires } from '../../kit/requires.ts';
import { foundNetwork } from '../network.ts';
import { acknowledge, guardOf, PERIOD, showing, taken, verdictOf, without } from './guard-stage.ts';

/** Before a machine signs that did not sign the end of its chain, it asks; over a real sshd and real addresses. */

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);

withSshd('a machine that took over signs once everybody was asked, and from then on needs to hear one alone', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  for (const node of nodes) await acknowledge(node, iec.cortes[2]!);
  const verdict = (current: IecConfig) => verdictOf(newly(current), current);
  const newly = (current: IecConfig) => guardOf(iec, current, () => now);
  t.is(await verdict(config), 'free');
  const one = without(config, 'vanguardia');
  t.is(await verdict(one), 'free', 'its own mark is enough, after a restart, too');
  await rm(join(iec.panel, 'firmado.json'));
  t.is(await verdict(one), 'not-asked');
});

withSshd('who comes back and can ask nobody signs nothing until one answers, or a person decides so', async (t) => {
  const { iec, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  const end = { number: 3, corte: iec.cortes[2]?.sha256 ?? '' };
  const mark = await openMark(iec.panel, iec.chain);
  await mark.take('jornada', end);
  let current = without(config, 'vanguardia', 'zocalo');
  let clock = now;
  const newly = () =>
    guardOf(
      iec,
      config,
      () => clock,
      () => current,
    );
  const guard = newly();
  t.is(await verdictOf(guard, config), 'not-asked');
  t.is(await verdictOf(guard, config), 'not-asked', 'the next try asks again');
  current = without(config, 'vanguardia');
  t.is(await verdictOf(guard, config), 'free', 'at once');

  current = without(config, 'vanguardia', 'zocalo');
  const file = join(iec.folder, 'apart.toml');
  await writeFile(file, (await readFile(iec.configFile, 'utf8')).replace(/port = \d+/g, 'port = 1').replace('= 99', '= 0'));
  const asking = await cotejo(['iec', 'relevo', '--config', file, '--json']);
  t.is(asking.status, 3, asking.stderr);
  t.like(JSON.parse(asking.stdout), { own: true, signs: false, error: 'not-asked' });
  const forced = await cotejo(['iec', 'relevo', '--config', file, '--force', 'se cayó la línea; no hay otro equipo', '--json']);
  t.is(forced.status, 0, forced.stderr);
  const { statement, sha256 } = iec.cortes[3]!;
  const going = newly();
  t.is(await verdictOf(going, config), 'free');
  await going.signing(statement, sha256);
  await going.packed(statement, sha256);
  await iec.issue(4);
  clock = Date.parse(statement.taken_at) + PERIOD;
  t.is(await verdictOf(going, config), 'free', 'who is at work hears nobody, and goes on');
  t.is(await verdictOf(newly(), config), 'not-asked', 'the decision holds for the end that the chain had then');
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

withSshd('a clock that most Difusores say is ahead signs nothing until it is set right, or a person decides so', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  await (await openMark(iec.panel, iec.chain)).take('jornada', { number: 3, corte: iec.cortes[2]?.sha256 ?? '' });
  let clock = now + 6 * 3_600_000;
  const guard = guardOf(iec, config, () => clock);
  let written = 0;
  const write = () => {
    const at = new Date(now + 1000 * written++).toISOString();
    for (const { home } of nodes) {
      writeFileSync(join(home, 'outbox/.status'), JSON.stringify({ at }));
      renameSync(join(home, 'outbox/.status'), join(home, 'outbox/status.json'));
    }
  };
  write();
  t.is(
    await verdictOf(
      guardOf(iec, config, () => clock),
      config,
    ),
    'free',
    'these daemons may be off',
  );
  const daemons = setInterval(write, 10);
  t.teardown(() => clearInterval(daemons));
  t.is(await verdictOf(guard, config), 'iec-clock');
  t.is(await verdictOf(guard, config), 'iec-clock', 'also at the next try');
  clock = now;
  t.is(await verdictOf(guard, config), 'free', 'at once');
  clock = now + 6 * 3_600_000;
  const seen = await survey(config, await viewChain(config.chain, config.phase), {
    identity: () => Promise.resolve(iec.identity),
    now: () => clock,
    signMs: 100,
  });
  t.like(seen, { isOwn: true, mayForce: true, claimants: ['vanguardia', 'zocalo'], trouble: { code: 'iec-clock' } });
  const mark = await openMark(iec.panel, iec.chain);
  await mark.take('jornada', seen.head, { overruled: seen.claimants });
  t.is(
    await verdictOf(
      guardOf(iec, config, () => clock),
      config,
    ),
    'free',
  );
});

withSshd('no corte 1 is signed by a clock that is ahead, although by it the night began before the opening', async (t) => {
  const iec = await foundNetwork(t, { cortes: 1 });
  const nodes = [await iec.node('vanguardia'), await iec.node('zocalo')];
  const config = { ...(await iec.configure()), relevo_unasked: 0 };
  await mkdir(iec.panel);
  const view = await viewChain(config.chain, config.phase);
  const opens = instantOf(view.phase.opens_at);
  let clock = opens - 60_000;
  let elapsed = 0;
  let current = config;
  const newly = () =>
    guardOf(
      iec,
      config,
      () => clock,
      () => current,
      () => elapsed,
    );
  const guard = newly();
  await guard.begin(view);
  clock += 61_000;
  elapsed += 61_000;
  let written = 0;
  const write = () => {
    const at = new Date(opens - 6 * 3_600_000 + 1000 * written++).toISOString();
    for (const { home } of nodes) {
      writeFileSync(join(home, 'outbox/.status'), JSON.stringify({ at }));
      renameSync(join(home, 'outbox/.status'), join(home, 'outbox/status.json'));
    }
  };
  write();
  const daemons = setInterval(write, 10);
  t.teardown(() => clearInterval(daemons));
  t.is(await verdictOf(guard, config), 'iec-clock');
  clearInterval(daemons);
  current = without(config, 'vanguardia', 'zocalo');
  clock = opens - 60_000;
  const quiet = newly();
  await quiet.begin(view);
  clock += 61_000;
  elapsed += 61_000;
  t.is(await verdictOf(quiet, config), 'free', 'who is silent holds it up no more');
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
