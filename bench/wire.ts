import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { publish } from './publication.ts';
import { median } from './run.ts';
import { watchCrowd } from './wire/crowd.ts';
import { LINK_BITS, missingForLink, shapedLink } from './wire/shaped-link.ts';
import { type Setting, type Stage, type StageNode, setStage, shows } from './wire/stage.ts';

/**
 * npm run bench:wire [-- --quick] [--dir DIR]
 *
 * Measures the way from a packed corte to its acuse: on a link such as the Difusores have, to many nodes at once, and
 * in bytes sent. Every node is a daemon with its built-in SFTP inbox.
 */

const MB = 1e6;
/** one way; both ways make the delay of a link across the country */
const DELAY_MS = 20;
const IMAGE_BYTES = 100_000;

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false }, dir: { type: 'string' } } });
const SIZE = options.quick
  ? { link: 8 * MB, nodes: 8, each: 2 * MB, cortes: 3, images: 'small' as const, crowd: 50, watched: 10 }
  : { link: 56 * MB, nodes: 50, each: 4 * MB, cortes: 7, images: 'real' as const, crowd: 200, watched: 60 };
/** of the corte that a crowd of nodes takes */
const CROWD_BYTES = 56 * MB;
/** how often the single node is measured */
const SINGLES = 3;

const folder = realpathSync(mkdtempSync(join(options.dir ?? tmpdir(), 'cotejo-wire-')));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1)); // 'exit' cleans up

await slowLink();
await manyNodes();
await bytesOnTheWire();
await crowd();

async function slowLink(): Promise<void> {
  console.log(`\n## A link of ${LINK_BITS / 1e6} Mbit/s with a round trip of ${2 * DELAY_MS} ms\n`);
  const missing = missingForLink();
  if (missing !== null) return console.log(`not measured: it needs ${missing}`);
  const link = shapedLink();
  try {
    await staged('link', { nodes: 1, host: link.host, inside: link.inside, delayMs: DELAY_MS }, async (stage) => {
      const [node] = stage.nodes as readonly [StageNode];
      await smallCorte(stage);
      newImages(stage, 2, SIZE.link);
      const { statement } = await stage.pack();
      const began = performance.now();
      const pushing = stage.push();
      const over = new AbortController();
      const end = () => over.abort();
      pushing.then(end, end);
      while (!over.signal.aborted && !shows(node, 2)) await sleep(5);
      const live = (performance.now() - began) / 1000;
      const [acknowledged] = (await pushing) as [number];
      const { bytes } = statement.package;
      const share = (seconds: number) => `${((100 * bytes * 8) / seconds / LINK_BITS).toFixed(1)} %`;
      table(
        ['package, MB', 'packed to live, s', 'packed to acknowledged, s', "of the link's rate, live", 'acknowledged', 'wanted'],
        [
          [
            megabytes(bytes),
            live.toFixed(2),
            acknowledged.toFixed(2),
            share(live),
            share(acknowledged),
            '≤ 60 s for 56 MB, ≥ 90 %',
          ],
        ],
      );
      console.log('\nHeaders of Ethernet, IP and TCP alone take 4.4 % of the link; SSH its own part of a percent.');
    });
  } finally {
    link.remove();
  }
}

async function manyNodes(): Promise<void> {
  console.log(`\n## ${SIZE.nodes} nodes on loopback, ${megabytes(SIZE.each)} MB each, against one\n`);
  const singles = await staged('one', { nodes: 1 }, async (stage) => {
    await smallCorte(stage);
    const runs: Measured[] = [];
    for (let number = 2; number < 2 + SINGLES; number++) runs.push(await measure(stage, number));
    return runs;
  });
  const many = await staged('many', { nodes: SIZE.nodes }, async (stage) => {
    await smallCorte(stage);
    return measure(stage, 2);
  });
  const single = median(singles.map(({ p95 }) => p95));
  const row = (name: string, { p95, nodeCpu, ownCpu }: Measured) => [
    name,
    p95.toFixed(2),
    nodeCpu.toFixed(2),
    ownCpu.toFixed(2),
    (p95 / single).toFixed(2),
  ];
  const one: Measured = {
    p95: single,
    nodeCpu: median(singles.map(({ nodeCpu }) => nodeCpu)),
    ownCpu: median(singles.map(({ ownCpu }) => ownCpu)),
  };
  table(
    [
      '',
      'p95, packed to acknowledged, s',
      'processor, all nodes, s',
      'processor, IEC and relays, s',
      'against one (wanted: < 1.5)',
    ],
    [row('1 node', one), row(`${SIZE.nodes} nodes`, many)],
  );
  const cores = cpus().length;
  const least = (many.nodeCpu + many.ownCpu) / cores;
  console.log(
    `\nThe nodes share this machine's ${cores} cores with the IEC: what they compute (SSH, hashing, unpacking) keeps all ` +
      `cores busy for ${least.toFixed(2)} s, ${(least / single).toFixed(2)} times what one node takes, which no push could go ` +
      `below here. The p95 is ${(many.p95 / least).toFixed(2)} times that bound; at real Difusores each node has its own cores, ` +
      `and the IEC and its relays need ${((many.ownCpu * MB) / SIZE.nodes / SIZE.each).toFixed(3)} s of one core a megabyte and node.`,
  );
}

interface Measured {
  /** seconds from packed to acknowledged */
  readonly p95: number;
  /** processor time meanwhile, seconds */
  readonly nodeCpu: number;
  readonly ownCpu: number;
}

async function measure(stage: Stage, number: number): Promise<Measured> {
  newImages(stage, number, SIZE.each);
  await stage.pack();
  const cpu = () => stage.nodes.reduce((sum, node) => sum + node.cpuSeconds(), 0);
  const [before, own] = [cpu(), process.cpuUsage()];
  const seconds = (await stage.push()).sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(own);
  const p95 = seconds[Math.ceil(seconds.length * 0.95) - 1] as number;
  return { p95, nodeCpu: cpu() - before, ownCpu: (user + system) / 1e6 };
}

async function bytesOnTheWire(): Promise<void> {
  console.log('\n## Bytes on the wire against the package\n');
  const night = publish({ images: SIZE.images, from: '2017-06-05T00:10:00-05:00', cortes: SIZE.cortes });
  console.log(`${night.name}; everything from the IEC to the node is counted, handshake and questions too\n`);
  await staged('wire', { nodes: 1 }, async (stage) => {
    const [{ relay }] = stage.nodes as readonly [StageNode];
    const rows: string[][] = [];
    for (const [i, hour] of night.hours.entries()) {
      night.write(stage.source, hour);
      const { package: pack, manifest } = (await stage.pack()).statement;
      const before = { ...relay.passed };
      await stage.push();
      const sent = relay.passed.sent - before.sent;
      const back = relay.passed.received - before.received;
      const sizes = [pack.bytes, manifest.bytes, sent, back].map(megabytes);
      rows.push([String(i + 1), ...sizes, (sent / pack.bytes).toFixed(3), (sent / (pack.bytes + manifest.bytes)).toFixed(3)]);
    }
    table(
      [
        'corte',
        'package, MB',
        'manifest, MB',
        'sent, MB',
        'back, MB',
        'sent / package (wanted: ≤ 1.1)',
        'sent / package and manifest',
      ],
      rows,
    );
  });
}

async function crowd(): Promise<void> {
  console.log(
    `\n## ${SIZE.crowd} nodes that take a corte of ${megabytes(CROWD_BYTES)} MB at once, answering each write after 50 ms\n`,
  );
  const place = join(folder, 'crowd');
  mkdirSync(place);
  const { peak, sessions, taken } = await watchCrowd(place, { nodes: SIZE.crowd, bytes: CROWD_BYTES, seconds: SIZE.watched });
  table(
    ['peak of `iec push`, MB', 'sessions', 'taken, MB', 'watched, s', 'wanted'],
    [[megabytes(peak), String(sessions), megabytes(taken), String(SIZE.watched), '≤ 200 MB']],
  );
}

/** The first corte of a chain, after which the nodes are warm and have the trust document. */
async function smallCorte(stage: Stage): Promise<void> {
  newImages(stage, 1, IMAGE_BYTES);
  await stage.pack();
  await stage.push();
}

/** Writes so many bytes of new images, which no package makes smaller. */
function newImages({ source }: Stage, corte: number, bytes: number): void {
  const actas = join(source, 'actas', String(corte));
  mkdirSync(actas, { recursive: true });
  for (let i = 0; i * IMAGE_BYTES < bytes; i++) {
    writeFileSync(join(actas, `${i}.jpg`), randomBytes(Math.min(IMAGE_BYTES, bytes - i * IMAGE_BYTES)));
  }
}

async function staged<T>(name: string, setting: Setting, play: (stage: Stage) => Promise<T>): Promise<T> {
  const place = join(folder, name);
  mkdirSync(place);
  const stage = await setStage(place, setting);
  try {
    return await play(stage);
  } finally {
    await stage.end();
    rmSync(place, { recursive: true, force: true });
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

function megabytes(bytes: number): string {
  return (bytes / MB).toFixed(bytes < MB ? 3 : 2);
}
