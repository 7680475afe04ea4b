import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { type Corte, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../../kit/difusor.ts';
import { at, makeTrust, signTrust } from '../../kit/election.ts';
import { clockIn } from '../../kit/faketime.ts';
import { entriesIn, makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { runNginx } from '../../kit/nginx.ts';
import { shared } from '../../kit/programs.ts';
import { type Ask, type Offered, readersOf, SITE } from './readers.ts';

/**
 * An evening and a night of the election of 2017 on two nodes that receive the same cortes: one behind nginx with the
 * shipped configuration, one with the built-in server. Both daemons, both servers and their logs have the night's hours.
 */

const run = promisify(execFile);

const BEGINS = Date.parse('2017-06-04T20:30:00-05:00');
const MIDNIGHT = 210;
const hour = (minute: number) => BEGINS + minute * 60_000;

/** When a corte comes; the fourth is an hour late, so that the notice is up before it. */
const CORTES: readonly number[] = [20, 30, 40, 100, 110];
/** Three periods of ten minutes after the third corte, and two minutes of grace. */
const NOTICE = 72;

const trust = signTrust({
  ...makeTrust({ now: Date.now(), issued_at: '2017-05-01T00:00:00-05:00' }),
  phases: [
    {
      name: 'jornada',
      kind: 'oficial',
      opens_at: at(hour(20)),
      closes_at: '2017-06-05T20:00:00-05:00',
      period_seconds: 600,
      missed_limit: 3,
      grace_seconds: 120,
    },
  ],
  signers: [{ name: 'firma-1', key: makeKey('firma-1').publicKey, phase: 'jornada', first: 1, last: null }],
});

export interface Answered extends Ask {
  /** of the day, the election's */
  readonly hour: number;
  readonly status: number;
  /** bytes of the body, as they came */
  readonly bytes: number;
  /** the number that both nodes showed, null where they showed the notice, or that there is none yet */
  readonly shown: number | null;
  /** the number that the answer itself says; null for what is no part of a corte */
  readonly said: number | null;
}

export interface Night {
  readonly answers: readonly Answered[];
  /** the first is behind nginx; both have ended */
  readonly nodes: readonly [RunningDifusor, RunningDifusor];
  /** what each server wrote */
  readonly logs: readonly [nginx: string, builtIn: string];
}

export async function playNight(t: ExecutionContext, readers: number): Promise<Night> {
  const cortes = await publishedCortes(t);
  const asks = readersOf(readers, offeredIn(cortes.at(-1)!), MIDNIGHT);
  const begin = { trust, now: hour(0) };
  const builtInLog = join(await makeFolder(t), 'acceso.jsonl');
  const nodes = [
    await runDifusor(t, begin),
    await runDifusor(t, {
      ...begin,
      node: 'web2',
      ports: { http: { host: '127.0.0.1', port: 0 } },
      http: { log: builtInLog, log_bytes: 2 ** 30, proxies: [] },
    }),
  ] as const;
  const clock = join(await makeFolder(t), 'hora');
  const setClock = async (minute: number) => {
    const now = hour(minute) + 1000;
    for (const node of nodes) node.now = now;
    await writeFile(`${clock}.new`, at(now).slice(0, 19).replace('T', ' '));
    await rename(`${clock}.new`, clock);
  };
  await setClock(0);
  const nginx = await runNginx(t, nodes[0].config, { env: { ...clockIn(clock), TZ: '<-05>5' } });
  const ports = [nginx.port, nodes[1].http!.port];

  const answers: Answered[] = [];
  const etags = new Map<string, string>();
  let shown: number | null = null;
  const minutes = new Set([...asks.map(({ minute }) => minute), ...CORTES, NOTICE]);
  for (const minute of [...minutes].sort((a, b) => a - b)) {
    await setClock(minute);
    const corte = cortes[CORTES.indexOf(minute)];
    if (corte) await Promise.all(nodes.map((node) => deliver(node, corte)));
    if (minute === NOTICE) await Promise.all(nodes.map(noticeOf));
    shown = corte ? corte.statement.number : minute === NOTICE ? null : shown;
    const then = { shown, hour: Number(at(hour(minute)).slice(11, 13)) };
    const due = asks.filter((ask) => ask.minute === minute);
    const answered = [...new Set(due.map(({ address }) => address))].map(async (reader) => {
      for (const ask of due)
        if (ask.address === reader) answers.push({ ...(await answerTo(ask, ports[ask.node]!, etags)), ...then });
    });
    await Promise.all(answered);
  }
  for (const node of nodes) await node.stop();
  const logs = [join(nginx.folder, 'acceso.log'), builtInLog] as const;
  // nginx writes what it has gathered a second later.
  const ofNginx = answers.filter(({ node }) => node === 0).length;
  while ((await readFile(logs[0], 'latin1')).split('\n').length <= ofNginx) await new Promise((resolve) => setTimeout(resolve, 50));
  return { answers, nodes, logs };
}

/** The publication of each hour, packed and signed. */
async function publishedCortes(t: ExecutionContext): Promise<Corte[]> {
  const source = await makeFolder(t);
  const cortes: Corte[] = [];
  for (const [i, minute] of CORTES.entries()) {
    const takenAt = at(hour(minute));
    const asked = ['--at', takenAt.slice(0, 16), '--images', 'small', '--assets', '2', '--out', source];
    await run(process.execPath, [shared('tools/noche'), ...asked]);
    const found = (await entriesIn(source)).filter((entry) => entry.isFile());
    const paths = found.map((entry) => join(entry.parentPath, entry.name));
    const files = Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path.slice(source.length + 1), await readFile(path)] as const)),
    );
    cortes.push(makeCorte({ trust, files, takenAt, previous: cortes.at(-1) ?? null, final: i === CORTES.length - 1 }));
  }
  return cortes;
}

function offeredIn({ content }: Corte): Offered {
  const paths = Object.keys(content).sort();
  const municipalities = paths.flatMap((path) => /^municipios\/(.+)\/index\.html$/.exec(path)?.slice(1) ?? []);
  const actas = paths.filter((path) => path.startsWith('actas/'));
  return {
    municipalities: municipalities.map(encodeURIComponent),
    actas: actas.map((path) => `/${path.split('/').map(encodeURIComponent).join('/')}`),
  };
}

async function deliver(node: RunningDifusor, corte: Corte): Promise<void> {
  await writeDelivery(node.config.inbox, corte);
  const { number } = corte.statement;
  await node.until((e) => e.event === 'admitted' && e.number === number);
}

function noticeOf(node: RunningDifusor) {
  return node.until((e) => e.event === 'published' && e.public === 'aviso');
}

/** Asks as a browser that has what it was given before: each over a connection of its own, from the reader's address. */
async function answerTo(ask: Ask, port: number, etags: Map<string, string>): Promise<Omit<Answered, 'shown' | 'hour'>> {
  const { address: localAddress, method, path } = ask;
  const known = etags.get(`${localAddress} ${path}`);
  const headers = { Host: SITE, ...ask.headers, ...(known !== undefined && { 'If-None-Match': known }) };
  const asked = request({ host: '127.0.0.1', port, localAddress, method, path, headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const part of answer) bytes += (part as Buffer).length;
  const { etag, 'cotejo-corte': corte } = answer.headers;
  if (etag !== undefined && answer.statusCode === 200) etags.set(`${localAddress} ${path}`, etag);
  return { ...ask, status: answer.statusCode ?? 0, bytes, said: typeof corte === 'string' && corte !== '' ? Number(corte) : null };
}
