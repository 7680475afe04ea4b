import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, execArgv, execPath, exit } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Case, CasePlan } from './case.ts';
import { CASES, DEFAULT_CASES } from './cases.ts';
import { stopAll } from './commands.ts';
import { FILE_SYSTEMS, type FileSystem, makeDisk } from './disk.ts';
import { fingerprintOf } from './fingerprint.ts';
import { makeFixtures } from './fixtures.ts';
import { killsOf } from './kills.ts';
import { makeNoise, watch } from './watch.ts';

/**
 * `npm run powercuts`: power cuts and kills under cotejo. A FUSE disk records every write and every flush under a real file
 * system; the record is replayed to so many cuts, each image is mounted and looked at as it comes up, and cotejo is started
 * on it again (case.ts, record.ts). Images with the same state, to the byte, and with the same things seen before are judged
 * once. One line per case, a table at the end; exit status 1 where anything was lost or is wrong.
 */

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: DEFAULT_CASES.join(' ') },
    cuts: { type: 'string', default: '100' },
    fs: { type: 'string', default: 'ext4' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: '/dev/shm/cotejo-powercuts' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run powercuts -- [--cases "admit pack+noise"] [--cuts 100] [--fs "ext4 xfs btrfs"] [--seed 1] [--folder DIR]
Needs root, loop devices, /dev/fuse and mkfs of each file system. Cases: NAME+FLAG…
  ${DEFAULT_CASES.join(' ')}`);
  exit(0);
}
const listed = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');
const [cuts, seed, root] = [Number(values.cuts), Number(values.seed), values.folder];
const fileSystems = listed(values.fs) as FileSystem[];
if (fileSystems.some((name) => !(name in FILE_SYSTEMS))) throw new Error(`--fs: one of ${Object.keys(FILE_SYSTEMS).join(', ')}`);
if (process.geteuid?.() !== 0) throw new Error('power cuts need root, to mount');
// A namespace that is made meanwhile (a container, a trial of this repository) keeps copies of the mounts that it sees: an
// image would stay mounted there, and the next one would be read through what was remembered of it.
if (env['COTEJO_POWERCUTS_APART'] === undefined) {
  const again = ['--mount', '--', execPath, ...execArgv, ...argv.slice(1)];
  const { status } = spawnSync('unshare', again, { stdio: 'inherit', env: { ...env, COTEJO_POWERCUTS_APART: '1' } });
  exit(status ?? 1);
}

interface Result {
  readonly name: string;
  readonly fs: string;
  readonly cuts: number;
  readonly states: number;
  readonly bad: number;
  readonly seconds: number;
  readonly verdicts: ReadonlyMap<string, number>;
}

async function cutPower(name: string, fs: FileSystem, plan: CasePlan, judged: Case): Promise<Result> {
  const began = performance.now();
  const folder = join(root, `${name}-${fs}`);
  const disk = makeDisk(folder, fs, judged.parts, judged.room);
  const verdicts = new Map<string, number>();
  const seen = new Map<string, readonly string[]>();
  const faults: object[] = [];
  let tried = 0;
  try {
    await disk.prepare((at) => judged.prepare(at));
    const record = await disk.record(async (at) => {
      const noise = plan.flags.has('noise') ? makeNoise(join(at, 'noise')) : null;
      const watching = watch(judged.watched?.(at) ?? {}, (text) => disk.mark(text));
      try {
        await judged.act(at, disk);
        disk.mark('done');
        await sleep(judged.lingerMs);
      } finally {
        await watching.end();
        await stopAll();
        await noise?.end();
      }
    });
    // The nights take some periods for each state.
    const count = name.startsWith('night') ? Math.ceil(cuts / 4) : cuts;
    await disk.cut(record, count, seed, async (cut, isMounted) => {
      tried += 1;
      const passed = [...record.marks].filter(([, at]) => at <= cut.at).map(([text]) => text);
      const key = isMounted ? `${fingerprintOf(disk.after)} ${passed.join(' ')}` : 'unmountable';
      const found = seen.get(key) ?? (isMounted ? await judged.judge(disk.after, new Set(passed)) : ['FAULT it does not mount']);
      await stopAll();
      seen.set(key, found);
      for (const verdict of found) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      const { at, fate, promised, kept } = cut;
      if (found.some(isFault)) faults.push({ at, fate, promised, kept: kept.length, passed, found });
    });
  } finally {
    await stopAll();
    await judged.end?.();
    disk.clean();
  }
  if (faults.length > 0)
    writeFileSync(join(root, `${name}-${fs}.faults.jsonl`), faults.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return { name, fs, cuts: tried, states: seen.size, bad: faults.length, seconds: (performance.now() - began) / 1000, verdicts };
}

function isFault(verdict: string): boolean {
  return verdict.startsWith('FAULT');
}

function tell(result: Result): Result {
  const { name, fs, bad, states, seconds, verdicts } = result;
  console.log(
    `${bad > 0 ? 'FAULTS' : 'ok    '} ${name} ${fs}: ${result.cuts} cuts, ${states} states, ${bad} bad, ${seconds.toFixed()} s`,
  );
  for (const [verdict, times] of [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`         ${times} × ${verdict}`);
  return result;
}

mkdirSync(root, { recursive: true });
const results: Result[] = [];
for (const fs of fileSystems) {
  for (const name of listed(values.cases)) {
    const [base = '', ...flags] = name.split('+');
    const folder = join(root, 'cases', `${name}-${fs}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const fixtures = await makeFixtures(folder);
    const at = (place: string) => join(root, `${name}-${fs}`, place);
    const plan = { fixtures, flags: new Set(flags), folder, live: at('live'), after: at('after') };
    if (base === 'kills') {
      if (fs === fileSystems[0]) results.push(tell({ name, fs: '-', ...(await killsOf(plan, cuts, seed)) }));
      continue;
    }
    const make = CASES[base];
    if (!make) throw new Error(`no case ${base}: ${Object.keys(CASES).join(' ')} kills`);
    try {
      results.push(tell(await cutPower(name, fs, plan, make(plan))));
    } catch (error) {
      const verdicts = new Map([[`FAULT ${(error as Error).message}`, 1]]);
      results.push(tell({ name, fs, cuts: 0, states: 0, bad: 1, seconds: 0, verdicts }));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log('\n| case | file system | cuts | states | bad | seconds |\n|---|---|---|---|---|---|');
for (const { name, fs, cuts: count, states, bad, seconds } of results)
  console.log(`| ${name} | ${fs} | ${count} | ${states} | ${bad} | ${seconds.toFixed()} |`);
exit(results.some(({ bad }) => bad > 0) ? 1 : 0);
