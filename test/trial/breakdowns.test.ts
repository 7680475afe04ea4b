import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import { ACUSE_KEY } from '../kit/acuse-key.ts';
import { makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { clockIn, FAKETIME } from '../kit/faketime.ts';
import { makeFolder } from '../kit/folders.ts';
import { writePrivateKey } from '../kit/keys.ts';
import { startNginx } from '../kit/nginx.ts';
import { configIn } from '../kit/node.ts';
import { freePort } from '../kit/port.ts';
import { repository } from '../kit/programs.ts';
import { requires, requiresRoot } from '../kit/requires.ts';

/**
 * Eight ways in which the machine of a Difusor breaks while a corte is shown, each by real processes, and how long after
 * it was due the notice stands before the readers: behind nginx with the guard, as the guide installs them, and at the
 * built-in server without any guard. `npm run soak:aviso` tries all of them and prints the table; the suite, the first.
 */

const COTEJO = join(repository(), 'dist/bin/cotejo.js');

const isSoak = process.env['COTEJO_SOAK'] === '1';

/** Long enough for a machine that runs the nodes of all eight ways at once. */
const PERIOD = isSoak ? 10 : 5;
const MISSED = 2;
const GRACE = 1;
const ALLOWED_MS = (MISSED * PERIOD + GRACE) * 1000;
/** How long a reader is shown a stale corte before the trial gives up, ms. */
const LONGEST_MS = 60_000;

interface Broken {
  readonly home: string;
  readonly daemon: number;
  /** what the clock of every process of the node is put forward by, seconds */
  readonly moveClock: (seconds: number) => Promise<void>;
}

interface Way {
  readonly breakIt: (node: Broken) => Promise<void> | void;
  /** the notice is due at once, and not when the periods have passed */
  readonly isDueAtOnce?: true;
}

const WAYS: Readonly<Record<string, Way>> = {
  'daemon killed': { breakIt: ({ daemon }) => void process.kill(daemon, 'SIGKILL') },
  'daemon stopped (SIGSTOP)': { breakIt: ({ daemon }) => void process.kill(daemon, 'SIGSTOP') },
  'daemon out of descriptors': {
    breakIt({ daemon }) {
      const open = readdirSync(`/proc/${daemon}/fd`).length;
      execFileSync('prlimit', ['--pid', String(daemon), `--nofile=${open}:${open}`]);
    },
  },
  'disk full': {
    breakIt({ home }) {
      // dd ends with an error: that there is no room left is what it is for.
      execFileSync('sh', ['-c', `dd if=/dev/zero of='${home}/filler' bs=64k 2>/dev/null || true`]);
    },
  },
  'disk read-only': {
    breakIt({ home }) {
      // A mount that has a file open for writing can't be made read-only; a read-only one over it can.
      execFileSync('mount', ['--bind', home, home]);
      execFileSync('mount', ['-o', 'remount,bind,ro', home]);
    },
  },
  'inbox gone': { breakIt: ({ home }) => rename(join(home, 'inbox'), join(home, 'inbox.gone')) },
  'clock an hour forward': { breakIt: ({ moveClock }) => moveClock(3600), isDueAtOnce: true },
  'clock an hour back': { breakIt: ({ moveClock }) => moveClock(-3600) },
};

const tried = isSoak ? Object.keys(WAYS) : ['daemon killed'];
const TOOLS = ['nginx', 'mount', 'prlimit'];
const ofTools = requires('nginx, mount and util-linux', TOOLS);
const trial = requiresRoot(isSoak ? requires('nginx, mount, util-linux and libfaketime', [...TOOLS, FAKETIME]) : ofTools);

trial('whatever breaks, the notice comes when it is due', async (t) => {
  t.timeout(600_000);
  // Each way to its end, whatever becomes of the others.
  const ended = await Promise.allSettled(
    tried.map(async (name, i) => {
      await pause(i * 3000); // the starts would take the processor from each other
      return [name, await shownAfter(t, name, true), await shownAfter(t, name, false)] as const;
    }),
  );
  for (const [i, end] of ended.entries()) if (end.status === 'rejected') t.fail(`${tried[i]}: ${end.reason}`);
  const rows = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  t.log(`seconds from due to shown, looked at every 0.1 s; negative: before it was due`);
  for (const [name, nginx, own] of rows) {
    t.log(`${name.padEnd(28)} nginx ${nginx.toFixed(1).padStart(5)}   built-in ${own.toFixed(1).padStart(5)}`);
    t.true(nginx > -1 && own > -1, `${name}: not before its time`);
  }
});

/** @returns seconds from when the notice was due until readers had it */
async function shownAfter(t: ExecutionContext, name: string, withNginx: boolean): Promise<number> {
  const { breakIt, isDueAtOnce } = WAYS[name]!;
  const home = await makeFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', home]);
  t.teardown(() => void execFileSync('sh', ['-c', `while umount -l '${home}' 2>/dev/null; do :; done`]));
  const plain = makeTrust({ now: Date.now() });
  const phases = plain.phases
    .filter((phase) => phase.name === 'jornada')
    .map((phase) => ({ ...phase, period_seconds: PERIOD, missed_limit: MISSED, grace_seconds: GRACE }));
  const trust = signTrust(makeTrust({ now: Date.now(), phases, signers: plain.signers.filter((s) => s.phase === 'jornada') }));
  const config = await configIn(home, trust);
  const { anchor, state, inbox, outbox, acuse_key } = config;
  await writePrivateKey(ACUSE_KEY, acuse_key);
  const file = join(home, 'difusor.toml');
  const settings = { difusor: 'vanguardia', node: 'web1', anchor, state, inbox, outbox, acuse_key, poll_seconds: 0.2 };
  await writeFile(file, stringify(settings));

  const shift = join(await makeFolder(t), 'shift');
  await writeFile(shift, '+0\n');
  const env = existsSync(FAKETIME) ? clockIn(shift) : {};
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [COTEJO, 'difusor', ...args, '--config', file], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { ...process.env, ...env },
    });
    t.teardown(() => child.kill('SIGKILL'));
    return child;
  };
  const daemon = start('run');
  await until(() => existsSync(join(state, 'public/jornada')));
  let port: number;
  if (withNginx) {
    const signs = await makeFolder(t);
    await mkdir(join(signs, 'vigente'));
    start('guard', '--signs', signs);
    port = await startNginx(t, config, signs);
  } else {
    port = await freePort();
    start('serve-http', '--listen', `127.0.0.1:${port}`);
  }
  const corte = makeCorte({ trust, files: publicationOf(1), takenAt: at(Date.now()) });
  await writeDelivery(inbox, corte);
  const taken = Date.parse(corte.statement.taken_at);
  await until(async () => (await statusOf(port)) === 200);
  await pause(1500); // the daemon has done all that the corte asks of it
  const moveClock = (seconds: number) => writeFile(shift, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  const due = isDueAtOnce ? Date.now() : taken + ALLOWED_MS;
  await breakIt({ home, daemon: daemon.pid!, moveClock });
  await until(async () => (await statusOf(port)) === 503, due - Date.now() + LONGEST_MS);
  return (Date.now() - due) / 1000;
}

/** @returns what the site's first page answers; null where nobody answers, which is no corte either */
async function statusOf(port: number): Promise<number | null> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) }).then(
    async (answer) => (await answer.text(), answer.status),
    () => null,
  );
}

async function until(what: () => boolean | Promise<boolean>, longest = LONGEST_MS): Promise<void> {
  for (const begun = Date.now(); !(await what()); await pause(100)) {
    if (Date.now() - begun > longest) throw new Error(`waited ${longest} ms`);
  }
}
