import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Contender, Measured } from './contender.ts';
import { byHand } from './contenders/by-hand.ts';
import { cotejo, type Packing } from './contenders/cotejo.ts';
import { ostree } from './contenders/ostree.ts';
import { rsync } from './contenders/rsync.ts';
import { publish, type Shape } from './publication.ts';
import { median, settle } from './run.ts';
import { serving } from './serving.ts';

/**
 * npm run bench [-- --quick] [--dir DIR]
 *
 * Measures from a complete delivery to the switched and durable link, cotejo beside what people use today; and the
 * built-in web server beside nginx. The
 * contenders take turns on the same cortes, in a rotating order, so that the machine's fluctuations affect all of them;
 * the quoted figure is the median of the ratios, corte by corte. Before each turn the machine is brought to the same
 * state. Nothing is removed before the end (which takes 25 GB): for minutes after a removal, ext4 looks at every freed
 * inode before it makes a new one, which would slow down the next contender.
 */

interface Scene {
  readonly title: string;
  readonly shape: Shape;
  /** how many times the whole scene is played */
  readonly rounds: number;
  /** the corte whose ratios are quoted first; the ones after it are night cortes */
  readonly target: { readonly first?: Targets; readonly later?: Targets };
}

type Targets = Readonly<Record<string, number>>;

interface Row extends Measured {
  readonly contender: string;
  readonly corte: number;
  readonly round: number;
}

const NIGHT: Targets = { '(a) by hand': 0.7, '(b) ostree': 1.0 };
const FIRST: Targets = { '(a) by hand': 1.0, '(b) ostree': 1.0 };

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false }, dir: { type: 'string' } } });
const QUICK: Scene[] = [
  {
    title: 'Election night, small images',
    shape: { images: 'small', from: '2017-06-05T00:10:00-05:00', cortes: 7 },
    rounds: 1,
    target: { later: NIGHT },
  },
];
const FULL: Scene[] = [
  {
    title: 'Election night, small images',
    shape: { images: 'small', from: '2017-06-05T00:00:00-05:00', cortes: 13 },
    rounds: 1,
    target: { later: NIGHT },
  },
  {
    title: 'The whole at once: a first corte with all actas, then an idle one (only the hour changed)',
    shape: { images: 'real', from: '2017-06-05T13:00:00-05:00', cortes: 2 },
    rounds: 2,
    target: { first: FIRST, later: NIGHT },
  },
];

const folder = mkdtempSync(join(options.dir ?? tmpdir(), 'cotejo-bench-'));
try {
  for (const scene of options.quick ? QUICK : FULL) await play(scene);
  await serving(options.quick ? 1 : 5);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function play(scene: Scene): Promise<void> {
  const publication = publish(scene.shape);
  console.log(`\n## ${scene.title}\n\n${publication.name}; ${scene.shape.cortes} cortes, ${scene.rounds} rounds\n`);
  const rows: Row[] = [];
  const packings: Packing[] = [];
  for (let round = 1; round <= scene.rounds; round++) {
    const place = join(folder, scene.shape.images, `round-${round}`);
    const source = join(place, 'publication');
    mkdirSync(source, { recursive: true });
    const ours = cotejo(join(place, 'cotejo'), publication.hours[0] as string);
    const all: Contender[] = [ours, byHand(join(place, 'hand')), ostree(join(place, 'ostree')), rsync(join(place, 'rsync'))];
    if (round === 1) for (const one of all) console.log(`- ${one.name}: ${one.missing ?? one.does}`);
    const present = all.filter(({ missing }) => missing === null);
    try {
      for (const [i, takenAt] of publication.hours.entries()) {
        const corte = { number: i + 1, takenAt, publication: source };
        publication.write(source, takenAt);
        const sizes = new Map<string, number | null>();
        for (const one of present) sizes.set(one.name, await one.prepare(corte));
        const turn = [...present.slice((i + round) % present.length), ...present.slice(0, (i + round) % present.length)];
        for (const one of turn) {
          settle(place, source);
          const measured = await one.live(corte);
          rows.push({
            ...measured,
            wireBytes: measured.wireBytes ?? sizes.get(one.name) ?? null,
            contender: one.name,
            corte: i + 1,
            round,
          });
        }
        if (process.stderr.isTTY) process.stderr.write(`\rround ${round}, corte ${i + 1} of ${publication.hours.length} `);
      }
    } finally {
      for (const one of present) await one.end();
    }
    packings.push(...ours.packings);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (scene.target.first)
    report(
      'The first corte',
      rows.filter(({ corte }) => corte === 1),
      scene.target.first,
    );
  if (scene.target.later)
    report(
      'A corte of the night',
      rows.filter(({ corte }) => corte > 1),
      scene.target.later,
    );
  reportPacking(packings);
}

function report(title: string, rows: readonly Row[], targets: Targets): void {
  console.log(`\n### ${title}: from the delivery to the durable link\n`);
  const names = [...new Set(rows.map(({ contender }) => contender))].sort();
  console.log('| | s, median | sent, MB | peak, MB | cotejo / it, median | wanted |\n|---|---|---|---|---|---|');
  for (const name of names) {
    const its = rows.filter(({ contender }) => contender === name);
    const pairs = its.map((row) => {
      const mine = rows.find((r) => r.contender === 'cotejo' && r.corte === row.corte && r.round === row.round) as Row;
      return mine.seconds / row.seconds;
    });
    const of = (values: readonly (number | null)[], unit: number) => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? '–' : (median(known) / unit).toFixed(2);
    };
    const ratio = name === 'cotejo' ? '' : median(pairs).toFixed(2);
    const cells = [
      of(
        its.map((r) => r.seconds),
        1,
      ),
      of(
        its.map((r) => r.wireBytes),
        1e6,
      ),
      of(
        its.map((r) => r.peakBytes),
        1e6,
      ),
    ];
    console.log(`| ${name} | ${cells.join(' | ')} | ${ratio} | ${targets[name] === undefined ? '' : `≤ ${targets[name]}`} |`);
  }
}

function reportPacking(packings: readonly Packing[]): void {
  const rate = (list: readonly Packing[]) =>
    list.length === 0 ? '–' : median(list.map((p) => p.sourceBytes / p.seconds / 1e6)).toFixed(0);
  const allNew = packings.filter((p) => p.newBytes > 0.9 * p.sourceBytes);
  const fewNew = packings.filter((p) => p.newBytes <= 0.9 * p.sourceBytes);
  const [first] = packings;
  const share =
    first && fewNew.length > 0 ? `${((100 * median(fewNew.map((p) => p.packageBytes))) / first.packageBytes).toFixed(2)} %` : '–';
  console.log(`\nPackages after the first, against the first: ${share}`);
  console.log(`\n\`iec pack\`, MB of the source a second: all of it new ${rate(allNew)}, part of it new ${rate(fewNew)}`);
}
