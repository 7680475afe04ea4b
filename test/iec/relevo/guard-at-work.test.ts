import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { walkOwnTrust } from '../../../src/iec/pack/footing.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { openMark } from '../../../src/iec/record/signed-mark.ts';
import { askPublic } from '../../../src/iec/relevo/ask-public.ts';
import { survey } from '../../../src/iec/relevo/survey.ts';
import { cotejo } from '../../kit/command.ts';
import { makeCorte } from '../../kit/cortes.ts';
import { at } from '../../kit/election.ts';
import { requires } from '../../kit/requires.ts';
import { acknowledge, guardOf, PERIOD, showing, taken, verdictOf, without } from './guard-stage.ts';

/** What stops a machine that is at work, and what lets it go on; over a real sshd and real addresses. */

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);

withSshd('what most Difusores say stops it also at the next try, until they are heard otherwise', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo', 'saltillo']);
  const mark = await openMark(iec.panel, iec.chain);
  await mark.take('jornada', { number: 3, corte: iec.cortes[2]?.sha256 ?? '' });
  for (const node of nodes.slice(0, 2)) await acknowledge(node, iec.cortes[3]!);
  let clock = now;
  let current = config;
  const guard = guardOf(
    iec,
    config,
    () => clock,
    () => current,
  );
  t.is(await verdictOf(guard, config), 'corte-lost');
  clock += 15_000;
  t.is(await verdictOf(guard, config), 'corte-lost', 'the next try, which asks nobody');
  clock += PERIOD;
  current = without(config, 'vanguardia', 'zocalo');
  t.is(await verdictOf(guard, config), 'corte-lost', 'who said so and is silent now has not taken it back');
  current = config;
  for (const node of nodes.slice(0, 2)) await rm(join(node.home, 'outbox/acuses'), { recursive: true });
  clock += PERIOD;
  t.is(await verdictOf(guard, config), 'free');
});

withSshd('where a person decided over what most Difusores say, their word stops it no more', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  const mark = await openMark(iec.panel, iec.chain);
  const third = { number: 3, corte: iec.cortes[2]?.sha256 ?? '' };
  await mark.take('jornada', third);
  for (const node of nodes) await acknowledge(node, iec.cortes[3]!);
  const guard = guardOf(iec, config, () => now);
  t.is(await verdictOf(guard, config), 'corte-lost');
  const seen = await survey(config, await viewChain(config.chain, config.phase), {
    identity: () => Promise.resolve(iec.identity),
    now: () => now,
  });
  t.like(seen, { isOwn: true, mayForce: true, trouble: { code: 'corte-lost' } });
  t.deepEqual(seen.claimants, ['vanguardia', 'zocalo']);
  const forcing = ['iec', 'relevo', '--config', iec.configFile, '--force', 'los dos se equivocan', '--json'];
  const forced = await cotejo(forcing);
  t.is(forced.status, 0, forced.stderr);
  t.like(JSON.parse(forced.stdout), { own: true, signs: true, error: 'corte-lost', number: 3 });
  const log = JSON.parse((await readFile(join(iec.panel, 'bitacora.jsonl'), 'utf8')).trim()) as object;
  t.like(log, { event: 'took-over', overruled: 'vanguardia zocalo', reason: 'los dos se equivocan' });
  await rm(join(nodes[0]!.home, 'outbox/acuses'), { recursive: true });
  t.is((await cotejo(forcing)).status, 0);
  t.deepEqual([...(await mark.overruled('jornada'))], ['vanguardia', 'zocalo'], 'who is overruled stays so');
  await acknowledge(nodes[0]!, iec.cortes[3]!);
  t.is(await verdictOf(guard, config), 'free', 'at once, also in a service that is running');
  const again = guardOf(iec, config, () => now);
  t.is(await verdictOf(again, config), 'free', 'and after a restart');
  const shown = await showing(t, config, 'zocalo', iec.cortes);
  t.is(
    await verdictOf(
      guardOf(iec, shown, () => now),
      shown,
    ),
    'corte-lost',
    'but not what the IEC signed',
  );
});

withSshd('what was signed by a key that no longer counts, or seen at a Difusor that left, is looked at again', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  const mark = await openMark(iec.panel, iec.chain);
  await mark.take('jornada', { number: 3, corte: iec.cortes[2]?.sha256 ?? '' });
  await acknowledge(nodes[0]!, iec.cortes[3]!);
  const shown = await showing(t, config, 'vanguardia', iec.cortes);
  let current = shown;
  const guard = guardOf(
    iec,
    shown,
    () => now,
    () => current,
  );
  t.is(await verdictOf(guard, shown), 'corte-lost');
  t.is(await verdictOf(guard, shown), 'corte-lost');
  current = { ...shown, difusor: shown.difusor.filter(({ name }) => name !== 'vanguardia') };
  t.is(await verdictOf(guard, shown), 'free');
  const other = guardOf(iec, shown, () => now);
  t.is(await verdictOf(other, shown), 'corte-lost');
  await rm(join(nodes[0]!.home, 'outbox/acuses'), { recursive: true });
  const view = await viewChain(shown.chain, shown.phase);
  await t.throwsAsync(other.require(view), { code: 'corte-lost' });
  await t.notThrowsAsync(other.require({ ...view, trust: [...view.trust, 2] }));
});

withSshd('what came into the chain, and is then lost, is not signed anew without asking', async (t) => {
  const { iec, config, now } = await taken(t, ['vanguardia']);
  const mark = await openMark(iec.panel, iec.chain);
  await mark.take('jornada', { number: 3, corte: iec.cortes[2]?.sha256 ?? '' });
  const gone = without(config, 'vanguardia');
  const { statement, sha256 } = iec.cortes[3]!;
  const guard = guardOf(iec, config, () => now);
  t.is(await verdictOf(guard, config), 'free');
  await guard.signing(statement, sha256);
  t.is(
    await verdictOf(
      guardOf(iec, config, () => now),
      config,
    ),
    'free',
    'it may never have come there',
  );
  await guard.packed(statement, sha256);
  t.is(
    await verdictOf(
      guardOf(iec, gone, () => now),
      gone,
    ),
    'not-asked',
  );
  // A crash came between: the night that begins on it notes it before a courier brings it.
  t.is(await verdictOf(guard, config), 'free', 'everybody was asked');
  await guard.signing(statement, sha256);
  await iec.issue(4);
  await guardOf(iec, gone, () => now).begin(await viewChain(gone.chain, gone.phase));
  await rm(join(iec.chain, 'jornada/000004'), { recursive: true });
  t.is(
    await verdictOf(
      guardOf(iec, gone, () => now),
      gone,
    ),
    'not-asked',
  );
});

withSshd('of a site that claims more than it shows, only what is signed is told', async (t) => {
  const { iec, config } = await taken(t, ['vanguardia']);
  const boasting = await showing(t, config, 'vanguardia', iec.cortes, 999_999);
  const view = await viewChain(config.chain, config.phase);
  const seen = await askPublic(boasting.difusor[0]!, view, await walkOwnTrust(config.chain));
  t.deepEqual(seen, { number: 999_999, sight: { number: 4, corte: iec.cortes[3]!.sha256, isSigned: true } });
});

withSshd('at work, it looks as soon as a courier reports what is not its own; and a lie costs one look', async (t) => {
  const { iec, nodes, config, now } = await taken(t, ['vanguardia', 'zocalo']);
  let clock = now;
  const other = makeCorte({
    trust: iec.trust,
    files: { 'index.html': 'otra' },
    previous: iec.cortes[2]!,
    signer: 'relevo-1',
    takenAt: at(now),
  });
  const shown = await showing(t, config, 'zocalo', [...iec.cortes.slice(0, 3), other]);
  let current = config;
  const guard = guardOf(
    iec,
    config,
    () => clock,
    () => current,
  );
  const fourth = iec.cortes[3]!;
  t.is(await verdictOf(guard, config), 'free');
  current = shown;
  await guard.signing(fourth.statement, fourth.sha256);
  await iec.issue(4);
  const target = (i: number) => ({ difusor: nodes[i]!.name, node: 'web1', ...nodes[i]!.lines }) as never;
  const report = (i: number, code: 'acuse-other-corte') =>
    guard.heard({ target: target(i), outcome: 'refused', number: 0, trouble: { code, detail: '' as never }, bytes: 0, seconds: 0 });
  clock = Date.parse(fourth.statement.taken_at) + PERIOD;
  t.is(await verdictOf(guard, shown), 'free');
  report(0, 'acuse-other-corte'); // it has nothing to show for it
  t.is(await verdictOf(guard, shown), 'free');
  clock += PERIOD / 2;
  await acknowledge(nodes[1]!, other);
  report(1, 'acuse-other-corte');
  t.is(await verdictOf(guard, shown), 'fork');
  t.deepEqual(guard.events, []);
});
