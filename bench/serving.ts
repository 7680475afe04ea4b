import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import { installed } from '../src/disk/installed.ts';
import { makeCorte, writeDelivery } from '../test/kit/cortes.ts';
import { at, makeTrust, signTrust } from '../test/kit/election.ts';
import { runNginx } from '../test/kit/nginx.ts';
import { makeNode } from '../test/kit/node.ts';
import { freePort } from '../test/kit/port.ts';
import { has, median } from './run.ts';

/**
 * The built-in web server beside nginx: the same corte, the same connections, one process each. The two take turns,
 * and the quoted figure is the median of the ratios, turn by turn.
 */

const COMMAND = installed('dist/bin/cotejo.js');
const CONNECTIONS = 32;
const TURNS = 5;

interface Kind {
  readonly path: string;
  readonly bytes: number;
  /** least share of what nginx answers in the same time */
  readonly wanted: number;
}

const KINDS: readonly Kind[] = [
  { path: 'pagina.html', bytes: 2_000, wanted: 0.3 },
  { path: 'avance.json', bytes: 40_000, wanted: 0.3 },
  { path: 'base.csv', bytes: 3_000_000, wanted: 0.6 },
];

/** Prints the table. @param seconds of each run */
export async function serving(seconds: number): Promise<void> {
  console.log(`\n## The built-in web server beside nginx, ${CONNECTIONS} connections\n`);
  const missing = ['wrk', 'nginx'].filter((program) => !has(program));
  if (missing.length > 0) return console.log(`not measured: it needs ${missing.join(' and ')}`);
  const ends: (() => unknown)[] = [];
  try {
    const { nginx, own } = await bothSites({ teardown: (end: () => unknown) => void ends.push(end) } as ExecutionContext);
    console.log('| file | nginx, answers a second | built-in | built-in / nginx, median | wanted |\n|---|---|---|---|---|');
    for (const { path, bytes, wanted } of KINDS) {
      const turns = Array.from({ length: TURNS }, (_, i) => {
        const rate = (port: number) => answersASecond(`http://127.0.0.1:${port}/${path}`, seconds);
        const [first, second] = i % 2 === 0 ? [nginx, own] : [own, nginx];
        const rates = new Map([
          [first, rate(first)],
          [second, rate(second)],
        ]);
        return { nginx: rates.get(nginx)!, own: rates.get(own)! };
      });
      const figures = [
        median(turns.map((turn) => turn.nginx)).toFixed(0),
        median(turns.map((turn) => turn.own)).toFixed(0),
        median(turns.map((turn) => turn.own / turn.nginx)).toFixed(2),
      ];
      console.log(`| ${(bytes / 1000).toFixed(0)} kB | ${figures.join(' | ')} | ≥ ${wanted} |`);
    }
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** One corte behind both servers. @returns their ports */
async function bothSites(t: ExecutionContext): Promise<{ nginx: number; own: number }> {
  const now = Date.now();
  const trust = signTrust(makeTrust({ now }));
  const node = await makeNode(t, { trust, now });
  const files = Object.fromEntries(KINDS.map(({ path, bytes }) => [path, randomBytes(bytes / 2).toString('hex')]));
  await writeDelivery(node.config.inbox, makeCorte({ trust, files, takenAt: at(now) }));
  await node.pass();
  const { anchor, state, inbox, outbox, acuse_key } = node.config;
  const file = join(node.folder, 'difusor.toml');
  await writeFile(file, stringify({ difusor: 'vanguardia', node: 'web1', anchor, state, inbox, outbox, acuse_key }));
  const own = await freePort();
  const child = spawn(process.execPath, [COMMAND, 'difusor', 'serve-http', '--config', file, '--listen', `127.0.0.1:${own}`], {
    stdio: 'ignore',
  });
  t.teardown(() => void child.kill());
  // One machine asks for everything here: what keeps one address from taking the whole site is left out.
  const unlimited = (text: string) => text.replace(/^limit_(req|conn) .*$/gm, '');
  const { port: nginx } = await runNginx(t, node.config, { snippet: unlimited });
  for (const port of [own, nginx]) await shows(port, child);
  return { nginx, own };
}

async function shows(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/${KINDS[0]!.path}`).catch(() => null);
    await answer?.text();
    if (answer?.status === 200) return;
    if (tries === 100 || child.exitCode !== null) throw new Error(`no corte at port ${port}: ${answer?.status}`);
    await sleep(100);
  }
}

function answersASecond(url: string, seconds: number): number {
  const { stdout } = spawnSync('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, url], { encoding: 'utf8' });
  const [, rate] = /^Requests\/sec: +([\d.]+)/m.exec(stdout) ?? [];
  if (rate === undefined || /Non-2xx/.test(stdout)) throw new Error(`wrk: ${stdout}`);
  return Number(rate);
}
