import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ExecutionContext } from 'ava';
import { newMaker } from '../src/difusor/care/compress.ts';
import type { OpenPhase } from '../src/difusor/phase/phase.ts';
import { type Corte, makeCorte, writeDelivery } from '../test/kit/cortes.ts';
import { makeTrust, signTrust } from '../test/kit/election.ts';
import { runNginx, writeNginx } from '../test/kit/nginx.ts';
import { type KitNode, makeNode } from '../test/kit/node.ts';
import { find } from '../test/kit/programs.ts';
import { askRaw } from '../test/kit/raw-http.ts';
import { publish } from './publication.ts';
import { has, median } from './run.ts';
import { LINK_BITS, missingForLink, shapedLink } from './wire/shaped-link.ts';

/**
 * npm run bench:readers [-- --quick]
 *
 * What a reader weighs, by the shipped nginx: bytes of the answers with their heads, as files are and as a browser gets
 * them; how many readers a second that makes of a link of 10 Mbit/s, by these bytes and (as root) by a real one; and what
 * the compressed copies cost an admission.
 */

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const TURNS = options.quick ? 3 : 7;
const SECONDS = options.quick ? 3 : 8;
const CORTES = options.quick ? 4 : 9;
const FORMS = { plain: 'identity', gzip: 'gzip' } as const;
type Form = keyof typeof FORMS;

/** What is loaded together, by the paths of the real night. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'the front page with its parts': ['', 'assets/estilo.css'],
  'a city: its page and its casillas': ['municipios/Torreón/', 'datos/Torreón.json', 'datos/Torreón_casillas.json'],
  'the front page and that city': [
    '',
    'assets/estilo.css',
    'municipios/Torreón/',
    'datos/Torreón.json',
    'datos/Torreón_casillas.json',
  ],
  'the database': ['base/COAH_AYUN.csv'],
};

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cotejo-readers-')));
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
const t = { teardown: (end: () => unknown) => void ends.push(end) } as unknown as ExecutionContext;
const trust = signTrust(makeTrust());
const publication = publish({ images: 'small', from: '2017-06-05T00:10:00-05:00', cortes: CORTES });

if (!has('nginx')) console.log('not measured: it needs nginx');
else {
  try {
    const cortes = allCortes();
    await weighing(cortes);
    await admitting(cortes);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** The publication of each hour as a corte. */
function allCortes(): Corte[] {
  const cortes: Corte[] = [];
  for (const hour of publication.hours) {
    publication.write(join(folder, 'noche'), hour);
    cortes.push(makeCorte({ trust, files: filesIn(join(folder, 'noche')), previous: cortes.at(-1) ?? null }));
  }
  return cortes;
}

function filesIn(root: string): Record<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => [relative(root, join(parentPath, name)), readFileSync(join(parentPath, name))]),
  );
}

async function admit(kit: KitNode, corte: Corte): Promise<number> {
  kit.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(kit.config.inbox, corte);
  const began = performance.now();
  const outcomes = await kit.outcomes();
  const took = performance.now() - began;
  if (outcomes[corte.delivery] !== 'admitted') throw new Error(JSON.stringify(outcomes));
  return took;
}

/** @returns ms */
async function compress(kit: KitNode, maker = newMaker()): Promise<number> {
  const began = performance.now();
  while (await maker.slice(kit.node.phases.get('jornada') as OpenPhase, 150));
  return performance.now() - began;
}

async function weighing([first]: readonly Corte[]): Promise<void> {
  console.log(`\n## What a reader weighs: ${publication.name}\n`);
  const kit = await makeNode(t, { folder: join(folder, 'node'), trust });
  await admit(kit, first as Corte);
  await compress(kit);
  const { port } = await runNginx(t, kit.config);
  const served = Object.entries(PAGES).filter(([, paths]) => paths.every((path) => existsAt(first as Corte, path)));
  console.log(
    '| what | bytes as files are | as a browser gets it | readers a second at 10 Mbit/s | times as many |\n|---|---|---|---|---|',
  );
  for (const [what, paths] of served) {
    const [plain, gzip] = [await weigh(port, paths, 'plain'), await weigh(port, paths, 'gzip')];
    const rate = (bytes: number) => (LINK_BITS / 8 / bytes).toFixed(1);
    console.log(`| ${what} | ${plain} | ${gzip} | ${rate(plain)} → ${rate(gzip)} | ${(plain / gzip).toFixed(2)} |`);
  }
  const missing = missingForLink() ?? (has('wrk') ? null : 'wrk');
  if (missing !== null) return console.log(`\nthe link itself is not measured: it needs ${missing}`);
  await overTheLink(kit, served);
}

function existsAt({ content }: Corte, path: string): boolean {
  return content[path === '' || path.endsWith('/') ? `${path}index.html` : path] !== undefined;
}

/** Bytes of the answers, heads included. */
async function weigh(port: number, paths: readonly string[], form: Form): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const request = `GET ${encodeURI(`/${path}`)} HTTP/1.1\r\nHost: prep.example\r\nConnection: close\r\nAccept-Encoding: ${FORMS[form]}\r\n\r\n`;
    const { status, headers, body } = await askRaw(port, request);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    bytes += Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 17) + body.length;
  }
  return bytes;
}

/** The same pages over a link that is really so slow, the two forms in turns. */
async function overTheLink(kit: KitNode, served: readonly (readonly [string, readonly string[]])[]): Promise<void> {
  const link = shapedLink();
  const own = join(folder, 'nginx');
  spawnSync('mkdir', [own]);
  const file = await writeNginx(own, kit.config, { listen: `${link.host}:8080`, change: withoutLimits });
  const [program = '', ...before] = link.inside;
  const nginx = spawn(program, [...before, find('nginx') as string, '-c', file, '-p', own, '-e', join(own, 'error.log')], {
    stdio: 'ignore',
  });
  try {
    await sleep(1000);
    console.log(
      '\n| over a real link of 10 Mbit/s | readers a second, as files are | as a browser gets it | times as many, median |\n|---|---|---|---|',
    );
    for (const [what, paths] of served) {
      const turns = Array.from({ length: options.quick ? 1 : 3 }, () => {
        const [plain, gzip] = [readers(link.host, paths, 'plain'), readers(link.host, paths, 'gzip')];
        return { plain, gzip };
      });
      const of = (form: Form) => median(turns.map((turn) => turn[form])).toFixed(1);
      console.log(
        `| ${what} | ${of('plain')} | ${of('gzip')} | ${median(turns.map(({ plain, gzip }) => gzip / plain)).toFixed(2)} |`,
      );
    }
  } finally {
    nginx.kill('SIGTERM');
    link.remove();
  }
}

/** One address stands for all readers here. */
function withoutLimits(site: string): string {
  return site.replace('rate=400r/s', 'rate=100000r/s');
}

/** Readers a second: the pages that wrk loads, by the answers that came. */
function readers(host: string, paths: readonly string[], form: Form): number {
  const script = join(folder, 'paths.lua');
  const list = paths.map((path) => JSON.stringify(encodeURI(`/${path}`))).join(', ');
  writeFileSync(
    script,
    `local paths = {${list}}\nlocal i = 0\nrequest = function() i = i % #paths + 1; return wrk.format("GET", paths[i]) end\n`,
  );
  // So few that some whole answers come in the time, also where one takes the link for more than a second.
  const connections = paths.includes('base/COAH_AYUN.csv') ? 2 : 16;
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${SECONDS}s`,
    '-s',
    script,
    '-H',
    `Accept-Encoding: ${FORMS[form]}`,
    `http://${host}:8080/`,
  ];
  const { stdout } = spawnSync(find('wrk') as string, args, { encoding: 'utf8' });
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? [];
  if (rate === undefined || /Non-2xx/.test(stdout)) throw new Error(stdout);
  return Number(rate) / paths.length;
}

/** The same cortes at two nodes in turns, of which one makes copies. */
async function admitting(cortes: readonly Corte[]): Promise<void> {
  console.log('\n## What the copies cost an admission\n');
  const ratios: number[] = [];
  const [without, withThem, made]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < TURNS; turn++) {
    const nodes = await Promise.all(
      [true, false].map(async (isMade) =>
        makeNode(t, { folder: join(folder, `turn-${turn}-${isMade}`), trust, config: { compress: isMade } }),
      ),
    );
    const [yes, no] = nodes as [KitNode, KitNode];
    const maker = newMaker();
    for (const [i, corte] of cortes.entries()) {
      const times = new Map<KitNode, number>();
      for (const kit of (i + turn) % 2 === 0 ? [yes, no] : [no, yes]) {
        times.set(kit, await admit(kit, corte));
        if (kit === yes) made.push(await compress(kit, maker));
      }
      if (i === 0) continue; // the first has nothing of a corte before it
      ratios.push(times.get(yes)! / times.get(no)!);
      withThem.push(times.get(yes)!);
      without.push(times.get(no)!);
    }
    for (const kit of nodes) rmSync(kit.folder, { recursive: true, force: true });
  }
  const whole = (times: readonly number[]) => `${median(times).toFixed(0)} ms`;
  console.log(`${cortes.at(-1)?.manifest.length} files; ${ratios.length} pairs, medians`);
  console.log(
    `an admission without copies ${whole(without)}, with them ${whole(withThem)}: ${median(ratios).toFixed(3)} times as long`,
  );
  console.log(`making them afterwards: ${whole(made)}, the first time ${made[0]?.toFixed(0)} ms`);
}
