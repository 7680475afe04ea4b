import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import type { Figures } from '../../../src/memoria/figures.ts';
import { makeFolder } from '../../kit/folders.ts';
import { requires } from '../../kit/requires.ts';
import { combinedLine, GOOGLEBOT, type Hit, text } from '../lines.ts';
import { AWSTATS, askAsGuided, askOracle, hoursOf, type Oracle } from './awstats.ts';
import { CLOSES, MINUTE, OPENS } from './counted.ts';

/**
 * Debian's AWStats is the oracle: its words are ours. It is configured alike, and where the figures differ all the same
 * a test says by how much and why (docs/memoria.md says it for people).
 */

const trials = requires('awstats', [AWSTATS]);

const MIDNIGHT = Date.parse('2018-07-02T00:00:00-05:00');

async function both(t: ExecutionContext, hits: readonly Hit[]): Promise<{ ours: Figures; theirs: Oracle }> {
  const folder = await makeFolder(t);
  writeFileSync(join(folder, 'acceso.log'), text(hits.map((hit) => combinedLine(hit))));
  const settings = { from: OPENS, to: CLOSES, offset: -300, hosts: ['prep.example'] };
  const ours = await countLogs([{ file: join(folder, 'acceso.log'), node: 'web1' }], settings);
  return { ours, theirs: askOracle(folder) };
}

const sum = (rows: readonly (readonly number[])[], from: number) =>
  [0, 1, 2].map((i) => rows.reduce((all, row) => all + (row[from + i] ?? 0), 0));

/** What is no hit of a reader. Of a favicon that is not there AWStats does not add the bytes anywhere. */
const REST = [
  { target: '/favicon.ico' },
  { target: '/nada.html', status: 404 },
  { target: '/robots.txt' },
  { target: '/v.csv', status: 503 },
];

/** Readers who come once or several times, none of them over midnight: a page, what belongs to it, data again and again. */
function readers(count: number): Hit[] {
  let state = 7;
  const chance = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.trunc((state / 2 ** 32) * most);
  };
  const hits: Hit[] = [];
  for (let i = 0; i < count; i++) {
    const address = chance(4) ? `187.160.${chance(200)}.${chance(250)}` : `2806:10ae:${chance(9999)}:1::5`;
    const agent = i % 9 === 0 ? { agent: GOOGLEBOT } : i % 50 === 0 ? { agent: '-' } : {};
    for (let visit = chance(3); visit >= 0; visit--) {
      let at = (chance(2) ? OPENS : MIDNIGHT) + chance(240) * MINUTE + chance(60_000);
      for (let page = chance(6); page >= 0; page--) {
        const size = chance(50_000);
        hits.push({ at, address, ...agent, target: ['/', '/distrito/1.html', '/seccion', '/a.php?x=.css'][chance(4)]!, size });
        hits.push({ at: at + 500, address, ...agent, target: '/estilo.css', status: chance(2) ? 200 : 304, size });
        hits.push({ at: at + 700, address, ...agent, ...REST[chance(4)]!, size });
        for (let more = chance(3); more > 0; more--)
          hits.push({ at: at + more * 10_000, address, ...agent, target: '/votos.json', size });
        at += chance(20) * MINUTE;
      }
    }
  }
  return hits
    .filter(({ at }) => (at < CLOSES && at < MIDNIGHT === at + 4 * 60 * MINUTE < MIDNIGHT) || at >= MIDNIGHT)
    .sort((one, other) => one.at - other.at);
}

trials('the figures are AWStats’s, hour by hour', async (t) => {
  const { ours, theirs } = await both(t, readers(600));
  t.true(ours.visits.value > 500 && ours.robots.requests > 1000 && ours.unseen.requests > 1000);
  t.deepEqual(
    hoursOf(ours),
    theirs.hours.map((row) => [...row]),
  );
  t.is(ours.visits.value, theirs.visits);
  t.is(ours.visitors.value, theirs.visitors);
  for (const { from, pages, hits, bytes, visits } of ours.days) {
    t.deepEqual([pages, hits, bytes, visits.value], [...theirs.days[from.slice(0, 10).replaceAll('-', '')]!], from);
  }
});

trials('whoever counts the copies again as the guide says has the figures, and those of another memoria afterwards', async (t) => {
  const folder = await makeFolder(t);
  for (const [name, count] of [
    ['one', 40],
    ['other', 20],
  ] as const) {
    const memoria = join(folder, name);
    const copies = join(memoria, 'bitacoras');
    mkdirSync(copies, { recursive: true });
    const log = join(folder, `${name}.log`);
    writeFileSync(log, text(readers(count).map((hit) => combinedLine(hit))));
    const settings = { from: OPENS, to: CLOSES, offset: -300, hosts: ['prep.example'] };
    const copy = { folder: copies, addresses: 'hashed' } as const;
    const ours = await countLogs([{ file: log, node: 'web1' }], { ...settings, copy });
    const theirs = askAsGuided(memoria, join(folder, 'again'));
    t.deepEqual(theirs.hours, hoursOf(ours));
    t.is(theirs.visits, ours.visits.value);
  }
});

trials('where they differ, and by how much', async (t) => {
  const at = OPENS;
  const differences: Hit[] = [
    // A visit that data keeps alive: AWStats looks at pages alone. 1 visit; there 2.
    { at, address: '192.0.2.1' },
    { at: at + 50 * MINUTE, address: '192.0.2.1', target: '/votos.json' },
    { at: at + 100 * MINUTE, address: '192.0.2.1' },
    // One over midnight: AWStats adds figures of the clock. 1 visit; there 2.
    { at: MIDNIGHT - 10 * MINUTE, address: '192.0.2.2' },
    { at: MIDNIGHT + 10 * MINUTE, address: '192.0.2.2' },
    // Two addresses of one /64: 1 visitor; there 2.
    { at, address: '2001:db8::1' },
    { at, address: '2001:db8::2' },
    // A kind that is on no list: AWStats takes it for a page.
    { at, address: '192.0.2.3' },
    { at, address: '192.0.2.3', target: '/modelo.glb', size: 1000 },
    // A part of a document: AWStats 7.8 adds its bytes to those that were seen, twice.
    { at, address: '192.0.2.3', target: '/acta.pdf', status: 206, size: 5000 },
    // A robot that AWStats 7.8 does not know yet.
    {
      at,
      address: '192.0.2.4',
      agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36',
      size: 10,
    },
  ].sort((one, other) => one.at - other.at);
  // A line that is three hours late: AWStats takes it for a corrupt one.
  const { ours, theirs } = await both(t, [
    ...differences,
    { at: MIDNIGHT + 20 * MINUTE - 180 * MINUTE, address: '192.0.2.5', size: 3 },
  ]);
  t.is(ours.files[0]!.backwards, 1);
  t.is(ours.visits.value, 5);
  t.is(theirs.visits, 8);
  t.is(ours.visitors.value, 5);
  t.is(theirs.visitors, 6);
  t.deepEqual(ours.seen, { pages: 8, hits: 10, bytes: 1803 });
  t.deepEqual(sum(theirs.hours, 0), [9, 10, 11_810]);
});
