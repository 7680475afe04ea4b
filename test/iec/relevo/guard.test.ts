import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { encodeDocument } from '../../../src/format/document.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { walkOwnTrust } from '../../../src/iec/pack/footing.ts';
import type { NightEvent } from '../../../src/iec/record/bitacora.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { openMark } from '../../../src/iec/record/signed-mark.ts';
import { askPublic } from '../../../src/iec/relevo/ask-public.ts';
import { type Guard, newGuard } from '../../../src/iec/relevo/guard.ts';
import { survey } from '../../../src/iec/relevo/survey.ts';
import type { IecConfig } from '../../../src/iec/setup/config.ts';
import { cotejo } from '../../kit/command.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { at } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { requires } from '../../kit/requires.ts';
import { files, serve } from '../../kit/web.ts';
import { foundNetwork, type Network, type TrialNode } from '../network.ts';

/** Before a machine signs that did not sign the end of its chain, it asks; over a real sshd and real addresses. */

const withSshd = requires('openssh-server', ['sshd', 'ssh-keygen']);

const PERIOD = 600_000;

/** An Institute with three of four cortes, and a clock two periods after the third. */
async function taken(t: ExecutionContext, names: readonly string[]) {
  const iec = await foundNetwork(t, { cortes: 4 });
  await iec.issue(3);
  await mkdir(iec.panel);
  const nodes: TrialNode[] = [];
  for (const name of names) nodes.push(await iec.node(name, { acuse_key: makeKey(name).publicKey }));
  const config = { ...(await iec.configure()), relevo_unasked: 0 };
  const now = Date.parse(iec.cortes[2]?.statement.taken_at ?? '') + 2 * PERIOD;
  return { iec, nodes, config, now };
}

interface Watched extends Guard {
  readonly events: NightEvent[];
}

function guardOf(iec: Network, config: IecConfig, now: () => number, current: () => IecConfig = () => config): Watched {
  const events: NightEvent[] = [];
  const tell = (event: NightEvent) => void events.push(event);
  return { events, ...newGuard({ config: current, identity: () => Promise.resolve(iec.identity), now, tell }) };
}

/** The same Difusores, of which these can't be reached. */
function without(config: IecConfig, ...names: readonly string[]): IecConfig {
  const away = ({ node, ...one }: IecConfig['difusor'][number]) => ({ ...one, node: node.map((n) => ({ ...n, port: 1 })) });
  return { ...config, difusor: config.difusor.map((one) => (names.includes(one.name) ? away(one) : one)) };
}

/** The node signs for a corte, as its daemon would. */
async function acknowledge(node: TrialNode, corte: Corte): Promise<void> {
  const { election, phase, number } = corte.statement;
  const hour = at(Date.now());
  const of = { election, phase, number, corte: corte.sha256, difusor: node.name, node: 'web1' };
  const bytes = encodeDocument({
    type: 'cotejo/acuse',
    format: 1,
    ...of,
    received_at: hour,
    admitted_at: hour,
    published_at: hour,
  });
  const file = join(node.home, `outbox/acuses/jornada/${String(number).padStart(6, '0')}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.sig`, makeKey(node.name).signNow(bytes, 'acuse@cotejo'));
  await writeFile(file, bytes);
}

/** Gives a Difusor a public address with a chain of these cortes. */
async function showing(
  t: ExecutionContext,
  config: IecConfig,
  name: string,
  cortes: readonly Corte[],
  claim = cortes.at(-1)?.statement.number,
): Promise<IecConfig> {
  const newest = cortes.at(-1);
  const phases = newest ? { jornada: { number: claim, corte: newest.sha256 } } : {};
  const all = new Map<string, Uint8Array>();
  const election = cortes[0]?.statement.election ?? 'coahuila-ayuntamientos-2018';
  all.set('cotejo/chain/index.json', encodeDocument({ election, trust: 1, phases }));
  for (const { statement, files: four } of cortes) {
    const folder = `cotejo/chain/jornada/${String(statement.number).padStart(6, '0')}`;
    all.set(`${folder}/corte.json`, four['corte.json']).set(`${folder}/corte.json.sig`, four['corte.json.sig']);
  }
  const url = (await serve(t, files(all))).href;
  return { ...config, difusor: config.difusor.map((one) => (one.name === name ? { ...one, url } : one)) };
}

async function verdictOf(guard: Guard, config: IecConfig): Promise<string> {
  try {
    await guard.require(await viewChain(config.chain, config.phase));
    return 'free';
  } catch (error) {
    if (error instanceof Trouble) return error.code;
    throw error;
  }
}

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
  const guard = guardOf(iec, gone, () => now);
  await guard.signing(statement, sha256);
  t.is(
    await verdictOf(
      guardOf(iec, gone, () => now),
      gone,
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
  const guard = guardOf(iec, shown, () => clock);
  const fourth = iec.cortes[3]!;
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

withSshd('a night that begins before its phase opens needs no answers at the opening', async (t) => {
  const { iec, config } = await taken(t, ['vanguardia']);
  const chain = join(iec.folder, 'nueva/chain');
  await mkdir(join(chain, 'trust'), { recursive: true });
  for (const [name, bytes] of Object.entries(await trustOf(iec))) await writeFile(join(chain, 'trust', name), bytes);
  const empty: IecConfig = {
    ...config,
    chain,
    difusor: config.difusor.map((one) => ({ ...one, node: one.node.map((n) => ({ ...n, port: 1 })) })),
  };
  const view = await viewChain(chain, 'jornada');
  const opens = Date.parse(view.phase.opens_at);
  let clock = opens - 1000;
  await guardOf(iec, empty, () => clock).begin(view);
  clock = opens + 1000;
  t.is(
    await verdictOf(
      guardOf(iec, empty, () => clock),
      empty,
    ),
    'free',
  );
  // Half an hour later another machine would have begun.
  clock = opens + 4 * PERIOD;
  t.is(
    await verdictOf(
      guardOf(iec, empty, () => clock),
      empty,
    ),
    'not-asked',
  );
});

async function trustOf(iec: Network): Promise<Record<string, Buffer>> {
  const names = ['1.json', '1.json.presidencia.sig', '1.json.cotaprep.sig'];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(iec.chain, 'trust', name))])));
}
