import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecutionContext } from 'ava';
import { repairAll } from '../../../src/difusor/care/repair.ts';
import { makeChain, makeCorte, publicationOf, writeDelivery, writeTrustDelivery } from '../../kit/cortes.ts';
import { type KitTrust, makeTrust, NOW, nextTrust, signTrust } from '../../kit/election.ts';
import { entriesIn, makeFastFolder } from '../../kit/folders.ts';
import { configIn, keptIn, makeNode } from '../../kit/node.ts';
import { long } from '../../kit/requires.ts';
import { RUNNER, ran, type Task } from '../../kit/run-task.ts';

/**
 * A crash is an input: when a process is killed at a step, the next start must come to the same end as if nothing had
 * happened.
 */

/** A state of the disk from which a process is started again and again. */
interface Story {
  readonly trust: KitTrust;
  readonly config?: Parameters<typeof configIn>[2];
  readonly now?: number;
  readonly keepsTheRule?: boolean;
  readonly repair?: boolean;
  /** makes that state; the paths are given by the configuration */
  readonly before: (config: Awaited<ReturnType<typeof configIn>>) => Promise<void>;
}

/**
 * Runs a story once undisturbed, then once for each step, killed there; of a long run of equal steps only some are
 * tried.
 * @param expected steps that the story must have
 * @param only the steps at which to kill, where other stories try the rest
 */
async function survives(t: ExecutionContext, story: Story, expected: readonly string[], only = /./): Promise<void> {
  const base = await makeFastFolder();
  const first = await configIn(join(base, 'before'), story.trust, story.config);
  await story.before(first);
  const place = async (name: string) => {
    await cp(join(base, 'before'), join(base, name), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const config = JSON.parse(JSON.stringify(first).replaceAll(`${base}/before`, join(base, name))) as typeof first;
    const { now = NOW, keepsTheRule = false, repair = false } = story;
    return { config, now, keepsTheRule, repair };
  };
  const undisturbed = await place('undisturbed');
  const { steps } = await ran(undisturbed);
  for (const step of expected) t.true(steps.includes(step), `the story has the step ${step}`);
  const end = await keptIn(undisturbed.config);

  const isEdge = (n: number) => steps[n - 1] !== steps[n - 2] || steps[n - 1] !== steps[n];
  const deaths = steps.map((_, i) => i + 1).filter((n) => isEdge(n) && only.test(steps[n - 1] as string));
  const dies = async (n: number): Promise<void> => {
    const what = `killed at step ${n}, ${steps[n - 1]}`;
    const task = await place(`killed-${n}`);
    t.true((await ran({ ...task, dieAt: n })).killed, what);
    const healed = await makeNode(t, { ...story, ...task, config: task.config, folder: join(base, `killed-${n}`) });
    if (task.repair) await repairAll(healed.node.phases.values());
    await healed.pass();
    t.deepEqual(await keptIn(task.config), end, what);
    t.deepEqual(await readdir(join(task.config.state, 'staging')), [], what);
    t.deepEqual(await readdir(task.config.inbox), [], what);
    t.deepEqual(await asidesIn(join(base, `killed-${n}`)), [], what);
    await rm(join(base, `killed-${n}`), { recursive: true });
  };
  const halves = [deaths.filter((_, i) => i % 2 === 0), deaths.filter((_, i) => i % 2 === 1)];
  await Promise.all(
    halves.map(async (half) => {
      for (const n of half) await dies(n);
    }),
  );
  t.log(`${deaths.length} deaths in ${steps.length} steps`);
}

/** Temporary files of durable.ts that were not renamed. */
async function asidesIn(folder: string): Promise<string[]> {
  return (await entriesIn(folder)).map(({ name }) => name).filter((name) => name.endsWith('.new'));
}

const trust = signTrust(makeTrust());
const cortes = makeChain(3, { trust });
const ADMISSION = [
  'before A12 sync',
  'after A12 sync',
  'before A13',
  'after A13',
  'before A14',
  'after A14',
  'before A15',
  'after A15',
];

/** Delivers cortes and has them admitted before the story begins. */
async function admitted(config: Task['config'], upTo: number, { now = NOW, keepsTheRule = false } = {}): Promise<void> {
  for (const corte of cortes.slice(0, upTo)) await writeDelivery(config.inbox, corte);
  await ran({ config, now, keepsTheRule });
}

long().serial('the first corte of a node', async (t) => {
  const before = async ({ inbox }: Task['config']) => void (await writeDelivery(inbox, cortes[0]!));
  await survives(t, { trust, before }, ADMISSION);
});

long().serial('a later corte, when an old tree goes', async (t) => {
  const before = async (config: Task['config']) => {
    await admitted(config, 2);
    await writeDelivery(config.inbox, cortes[2]!);
  };
  await survives(t, { trust, before, config: { keep_trees_minutes: 0 } }, [...ADMISSION, 'pruning'], /pruning|A13|A14$|A15/);
});

long().serial('a trust document and the corte that needs it', async (t) => {
  const second = signTrust(nextTrust(trust));
  const corte = makeCorte({ trust: second, previous: cortes[0]!, files: publicationOf(2) });
  const before = async (config: Task['config']) => {
    await admitted(config, 1);
    await writeTrustDelivery(config.inbox, second);
    await writeDelivery(config.inbox, corte);
  };
  await survives(t, { trust, before }, ['before T6', 'after T6', ...ADMISSION], /T6|A13|A15/);
});

long().serial('a stolen key is undone, and its numbers are used again', async (t) => {
  const signers = trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  const second = signTrust(nextTrust(trust, { signers }));
  const again = makeCorte({ trust: second, signer: 'relevo-1', previous: cortes[0]!, files: publicationOf(7) });
  const before = async (config: Task['config']) => {
    await admitted(config, 3);
    await writeTrustDelivery(config.inbox, second);
    await writeDelivery(config.inbox, again);
  };
  await survives(
    t,
    { trust, before, config: { keep_trees_minutes: 0 } },
    ['before revoking', 'after revoking', ...ADMISSION],
    /revoking|T6|A13$|checking/,
  );
});

long().serial('a repair', async (t) => {
  const before = async (config: Task['config']) => {
    await admitted(config, 2);
    const tree = join(config.state, 'trees', 'jornada', '000002');
    await rm(join(tree, 'index.html'));
    await writeFile(join(tree, 'index.html'), 'defaced');
    await rm(join(config.state, 'content', 'jornada'), { recursive: true });
    await mkdir(join(config.state, 'content', 'jornada'));
    await rm(join(tree, 'css'), { recursive: true });
    await symlink('/etc', join(tree, 'css'));
  };
  await survives(t, { trust, before, repair: true }, ['repairing', 'restore', 'patrol'], /repairing|restore|patrol/);
});

long().serial('the switch to the notice', async (t) => {
  const late = NOW + 3 * 3600_000;
  const inTime = Date.parse('2018-07-01T19:15:00-05:00');
  const before = (config: Task['config']) => admitted(config, 2, { now: inTime, keepsTheRule: true });
  await survives(t, { trust, keepsTheRule: true, now: late, before }, ['before A14', 'after A14']);
});

long().serial('the switch back from the notice', async (t) => {
  const late = NOW + 3 * 3600_000;
  const fresh = makeCorte({ trust, previous: cortes[0]!, takenAt: '2018-07-02T03:59:00-05:00', files: publicationOf(3) });
  const before = async (config: Task['config']) => {
    await admitted(config, 1, { now: late, keepsTheRule: true });
    await writeDelivery(config.inbox, fresh);
  };
  await survives(t, { trust, keepsTheRule: true, now: late, before }, ADMISSION, /A14|A15/);
});

long().serial('the opening hour: the acuse is given again with its hour', async (t) => {
  const closed = signTrust(
    makeTrust({ phases: trust.document.phases.map((phase) => ({ ...phase, opens_at: '2018-07-02T02:00:00-05:00' })) }),
  );
  const corte = makeCorte({ trust: closed, takenAt: '2018-07-02T00:50:00-05:00', files: publicationOf(1) });
  const before = async (config: Task['config']) => {
    await writeDelivery(config.inbox, corte);
    await ran({ config, now: NOW });
  };
  await survives(t, { trust: closed, now: NOW + 3600_000, before }, ['before A14', 'after A14', 'before A15', 'after A15']);
});

/**
 * Kills a process from outside once it has told so many steps. Message and signal take time, and the process goes on
 * meanwhile, so it is killed somewhere between two steps.
 * @returns false where the process ended before the signal came
 */
async function killedAfter(task: Task, steps: number): Promise<boolean> {
  const child = spawn(process.execPath, [RUNNER, JSON.stringify({ ...task, tellTo: 3 })], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  let told = 0;
  child.stdio[3]?.on('data', (lines: Buffer) => {
    told += lines.toString().split('\n').length - 1;
    if (told >= steps) child.kill('SIGKILL');
  });
  return (await closed)[1] === 'SIGKILL';
}

long().serial('killed from outside at any moment of their admission, three cortes are three cortes', async (t) => {
  const base = await makeFastFolder();
  const plain = await configIn(join(base, 'plain'), trust);
  for (const corte of cortes) await writeDelivery(plain.inbox, corte);
  const { steps } = await ran({ config: plain, now: NOW });
  const end = await keptIn(plain);
  const last = steps.lastIndexOf('before A12 sync');
  for (let i = 0; i < 8; i++) {
    // On a busy machine a process may end before it is killed. That try shows nothing, and another one is made.
    let isHit = false;
    for (let tries = 0; !isHit && tries < 10; tries++) {
      const folder = join(base, `random-${i}-${tries}`);
      const config = await configIn(folder, trust);
      for (const corte of cortes) await writeDelivery(config.inbox, corte);
      if (!(await killedAfter({ config, now: NOW }, 1 + Math.floor((i * last) / 7)))) continue;
      isHit = !existsSync(join(config.outbox, 'acuses/jornada/000003.json'));
      const healed = await makeNode(t, { trust, config, folder });
      await healed.pass();
      t.deepEqual(await keptIn(config), end);
      t.deepEqual(await readdir(join(config.state, 'staging')), []);
    }
    t.true(isHit, `no kill after step ${1 + Math.floor((i * last) / 7)} of ${steps.length} hit`);
  }
});
