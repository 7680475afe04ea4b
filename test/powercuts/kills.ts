import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CasePlan } from './case.ts';
import { acuseFile, lengthOf, nodeWith } from './cases/admit.ts';
import { start, until } from './commands.ts';
import { fingerprintOf } from './fingerprint.ts';
import { cortesOf } from './fixtures.ts';
import { acuseIn, chainIn, namesIn, sha256, shownIn } from './look.ts';
import { comeUp, configOf, deliver, placeOf, runUntilSettled, soundness } from './node-disk.ts';
import { randomOf } from './record.ts';

const KINDS = ['running', 'boot', 'running', 'admit'] as const;

/**
 * kill -9 at random moments of an admission. Half of the kills hit a daemon that gets corte 2, a quarter one that finds it
 * in its inbox at its start, a quarter `difusor admit`. After each: what is shown is corte 1 or corte 2 to the byte, and what
 * is in the chain is whole. Every different state that a kill left is started again and must come right. A reader looks all
 * the time: he resolves the link once, and what he reads there is of one corte.
 */
export async function killsOf(plan: CasePlan, count: number, seed: number) {
  const [first, second] = plan.fixtures.cortes;
  const cortes = cortesOf(first, second);
  const [base, home] = [join(plan.folder, 'base'), join(plan.folder, 'trial/n')];
  const chain = join(home, 'state/chain');
  const began = performance.now();
  const random = randomOf(seed);
  const verdicts = new Map<string, number>();
  const seen = new Map<string, readonly string[]>();
  await nodeWith(plan, base, plan.fixtures.trust, [first]);

  function again(): void {
    rmSync(join(plan.folder, 'trial'), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    mkdirSync(join(plan.folder, 'trial'), { recursive: true });
    cpSync(base, home, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
  const hasBegun = () =>
    until(() => namesIn(join(home, 'state/staging')).length > 0 || lengthOf(chainIn(chain, new Map())) === 2, 20);

  again();
  deliver(home, second);
  const whole = start(['difusor', 'run', '--config', configOf(home)]);
  await hasBegun();
  const admission = performance.now();
  await until(() => existsSync(acuseFile(home, 2)), 30);
  const span = (performance.now() - admission) * 1.3;
  await whole.stop();

  let bad = 0;
  for (let i = 0; i < count; i++) {
    const kind = KINDS[i % KINDS.length] as (typeof KINDS)[number];
    again();
    const reader = read(home, cortes);
    const running = kind === 'running' ? await runUntilSettled(home) : null;
    deliver(home, second);
    const hit = running ?? start(['difusor', kind === 'admit' ? 'admit' : 'run', '--config', configOf(home)]);
    // One of ten anywhere before, the others while it is admitted and a little after.
    if (random() >= 0.1) await hasBegun();
    await sleep(random() * span);
    hit.child.kill('SIGKILL');
    await until(() => hit.status() !== null, 10);
    const found = [...(await reader.end())];
    const [shown, has, acuse] = [shownIn(home, cortes), lengthOf(chainIn(chain, cortes)), acuseIn(placeOf(home, 'outbox'), 2)];
    if (shown !== 1 && shown !== 2) found.push(`FAULT public is ${shown}`);
    if (has === 0) found.push(`FAULT the chain is ${String(chainIn(chain, cortes))}`);
    if (acuse !== null && acuse !== 'part' && has === 1) found.push('FAULT an acuse of what is not in the chain');
    const key = fingerprintOf(join(plan.folder, 'trial'));
    const after = seen.get(key) ?? [
      ...(await comeUp(home, i % 3 === 0 ? 'run' : 'admit')),
      ...(await soundness(home, { number: 2, trust: 1, cortes })),
    ];
    seen.set(key, after);
    found.push(...after);
    if (found.some((verdict) => verdict.startsWith('FAULT'))) bad += 1;
    for (const verdict of [`${kind}: shows ${shown}, chain to ${has}`, ...found])
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  return { cuts: count, states: seen.size, bad, seconds: (performance.now() - began) / 1000, verdicts };
}

/** Looks all the time at what a reader is given. */
function read(home: string, cortes: ReturnType<typeof cortesOf>) {
  const wrong = new Set<string>();
  const pairs = new Set([...cortes.values()].map(({ tree }) => `${tree['index.html']} ${tree['base/base.csv']}`));
  const over = new AbortController();
  async function look(): Promise<void> {
    for (; !over.signal.aborted; await sleep(10)) {
      try {
        const root = realpathSync(join(home, 'state/public/jornada'));
        const pair = ['index.html', 'base/base.csv'].map((file) => sha256(readFileSync(join(root, file)))).join(' ');
        if (!pairs.has(pair)) wrong.add('FAULT a reader saw two cortes mixed');
      } catch (error) {
        wrong.add(`FAULT a reader saw nothing: ${(error as Error).message}`);
      }
    }
  }
  const looking = look();
  return {
    async end() {
      over.abort();
      await looking;
      return wrong;
    },
  };
}
