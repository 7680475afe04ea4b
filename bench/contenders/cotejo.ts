import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, watch } from 'node:fs';
import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { corteFolder } from '../../src/chain/chain-folder.ts';
import { installed } from '../../src/disk/installed.ts';
import { sixDigits } from '../../src/format/naming.ts';
import { packCorte } from '../../src/iec/pack/pack.ts';
import { makeTrust, signTrust, writeAnchor, writeTrust } from '../../test/kit/election.ts';
import { makeKey } from '../../test/kit/keys.ts';
import type { Contender, Corte, Measured } from '../contender.ts';
import { peakOf } from '../run.ts';

const COMMAND = installed('dist/bin/cotejo.js');
const PHASE = 'jornada';

export interface Packing {
  readonly seconds: number;
  readonly sourceBytes: number;
  readonly newBytes: number;
  readonly packageBytes: number;
}

/** cotejo itself: a running daemon, whose acuse says that the link is switched and durable. */
export function cotejo(folder: string, firstHour: string): Contender & { readonly packings: Packing[] } {
  const chain = join(folder, 'chain');
  const home = join(folder, 'node');
  const packings: Packing[] = [];
  let daemon: ChildProcess | undefined;
  return {
    name: 'cotejo',
    does: 'a running daemon: from the delivery in its inbox to the acuse',
    missing: null,
    packings,
    async prepare(corte) {
      if (!daemon) daemon = await start(folder, chain, home, firstHour);
      const began = performance.now();
      const { statement } = await packCorte({
        source: corte.publication,
        chain,
        phase: PHASE,
        key: makeKey('firma-1'),
        takenAt: corte.takenAt,
        now: Date.now,
      });
      packings.push({
        seconds: (performance.now() - began) / 1000,
        sourceBytes: statement.manifest.content_bytes,
        newBytes: statement.package.content_bytes,
        packageBytes: statement.package.bytes,
      });
      const made = corteFolder(chain, PHASE, corte.number);
      await cp(made, delivery(home, corte, 'aside'), { recursive: true });
      return statement.package.bytes + statement.manifest.bytes + 2048;
    },
    live: (corte) => deliver(home, corte, daemon as ChildProcess),
    async end() {
      daemon?.kill('SIGTERM');
      if (daemon) await new Promise((resolve) => daemon?.once('exit', resolve));
    },
  };
}

async function deliver(home: string, corte: Corte, daemon: ChildProcess): Promise<Measured> {
  const acuse = join(home, 'outbox', 'acuses', PHASE, `${sixDigits(corte.number)}.json`);
  mkdirSync(join(acuse, '..'), { recursive: true });
  const began = performance.now();
  const acknowledged = appears(acuse);
  await rename(delivery(home, corte, 'aside'), delivery(home, corte, 'inbox'));
  await acknowledged;
  const seconds = (performance.now() - began) / 1000;
  return { seconds, wireBytes: null, peakBytes: peakOf(daemon.pid as number) };
}

function delivery(home: string, corte: Corte, where: 'aside' | 'inbox'): string {
  return join(home, where, `${PHASE}-${sixDigits(corte.number)}`);
}

async function appears(file: string): Promise<void> {
  let ring = () => {};
  const watcher = watch(join(file, '..'), () => ring());
  try {
    while (!existsSync(file)) {
      await new Promise<void>((resolve) => {
        ring = resolve;
        setTimeout(resolve, 100); // a watch alone misses events
      });
    }
  } finally {
    watcher.close();
  }
}

async function start(folder: string, chain: string, home: string, firstHour: string): Promise<ChildProcess> {
  // Cortes of a night years ago, which are fresh for as long: a stale one would leave the notice public, not the corte.
  const end = '2099-12-31T23:59:59-06:00';
  const plain = makeTrust({ now: Date.parse(firstHour) });
  const phases = plain.phases.map((phase) => ({ ...phase, closes_at: end, missed_limit: 10_000_000 }));
  const trust = signTrust({ ...plain, phases, expires_at: end });
  const anchor = await writeAnchor(trust, folder);
  await writeTrust(trust, join(chain, 'trust', '1.json'));
  mkdirSync(join(home, 'aside'), { recursive: true });
  const config = join(home, 'difusor.toml');
  await run(['difusor', 'init', '--config', config, '--difusor', 'bench', '--node', 'a', '--anchor', anchor, '--home', home]);
  const log = join(folder, 'daemon.log');
  await writeFile(log, '');
  const child = spawn(
    'sh',
    ['-c', 'exec "$0" "$@" > "$LOG" 2>&1', process.execPath, COMMAND, 'difusor', 'run', '--config', config],
    {
      env: { ...process.env, LOG: log },
    },
  );
  while (!(await readFile(log, 'utf8')).includes('started')) {
    if (child.exitCode !== null) throw new Error(await readFile(log, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`cotejo ${args.join(' ')}: status ${code}`))));
  });
}
