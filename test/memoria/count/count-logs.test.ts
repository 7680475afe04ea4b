import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { baseOfLogs } from '../../../src/memoria/count/base.ts';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import type { Figures, Settings, Source } from '../../../src/memoria/figures.ts';
import { makeFolder } from '../../kit/folders.ts';
import { combinedLine, FIREFOX, GOOGLEBOT, type Hit, jsonLine, text } from '../lines.ts';

const OPENS = Date.parse('2018-07-01T18:00:00-05:00');
const CLOSES = Date.parse('2018-07-02T18:00:00-05:00');
const MINUTE = 60_000;
const SETTINGS: Settings = { from: OPENS, to: CLOSES, offset: -300, hosts: ['prep.example'], frame: '/cotejo/marco.html' };

const exact = (value: number) => ({ value, isExact: true, error: 0 });

/** Writes files by their names and counts them, as of a node each unless they say `node/name`. */
async function counted(
  folder: string,
  files: Readonly<Record<string, string | Buffer>>,
  settings: Partial<Settings> = {},
): Promise<Figures> {
  const sources: Source[] = Object.keys(files).map((name) => ({
    file: join(folder, name.replace('/', '-')),
    node: name.split('/')[0]!,
  }));
  Object.values(files).forEach((content, i) => writeFileSync(sources[i]!.file, content));
  return countLogs(sources, { ...SETTINGS, ...settings });
}

/** Without what is of the files. */
const of = (figures: Figures) => ({ ...figures, files: [], lines: null, overlaps: [], nodes: [] });

test('what is counted: pages, hits, bytes, robots, the rest', async (t) => {
  const folder = await makeFolder(t);
  const at = OPENS + MINUTE;
  const hits: Hit[] = [
    { at, target: '/', size: 10 },
    { at, target: '/a.HTML?b.json', size: 20 },
    { at, target: '/datos/votos.json?x=.html', size: 1000 },
    { at, target: '/estilo.css', status: 304, size: 7 },
    { at, target: '/seccion/', status: 304 },
    { at, target: 'http://prep.example/indice', size: 30, method: 'HEAD' },
    { at, target: '/', agent: GOOGLEBOT, size: 11 },
    { at, target: '/', agent: '-', size: 13 },
    { at, target: '/robots.txt', size: 5 },
    { at, target: '/favicon.ico', size: 3 },
    { at, target: '/nada', status: 404, size: 40 },
    { at, target: '/nada.json', status: 404, size: 40, agent: GOOGLEBOT },
    { at, target: '/video.mp4', status: 206, size: 50 },
    { at, target: '/', status: 503, size: 60 },
    { at, target: '/', method: 'PUT', size: 1 },
  ];
  for (const content of [
    text(hits.map((hit) => combinedLine(hit))),
    text(hits.map((hit) => jsonLine({ ...hit, agent: hit.agent === '-' ? '' : hit.agent! }))),
  ]) {
    const figures = await counted(folder, { web1: content.replaceAll(',"agent":""', ',"agent":"-"') });
    t.deepEqual(figures.seen, { pages: 4, hits: 6, bytes: 1060 });
    t.deepEqual(figures.robots, { requests: 3, pages: 2, bytes: 29 });
    t.deepEqual(figures.unseen, { requests: 6, pages: 3, bytes: 194 });
    t.deepEqual([figures.visits, figures.visitors, figures.addresses], [exact(1), exact(1), exact(1)]);
    t.deepEqual(figures.lines, { counted: 15, outside: 0, unreadable: 0, tooLong: 0 });
    t.deepEqual(figures.statuses, [
      { status: 200, requests: 9, bytes: 1093 },
      { status: 206, requests: 1, bytes: 50 },
      { status: 304, requests: 2, bytes: 0 },
      { status: 404, requests: 2, bytes: 80 },
      { status: 503, requests: 1, bytes: 60 },
    ]);
    t.is(figures.topPages.distinct, 4);
    t.deepEqual(
      figures.topPages.rows.map(({ name }) => name),
      ['/', '/a.HTML', '/indice', '/seccion/'],
    );
    t.true(figures.knowsRobots);
  }
});

test('hours and days are the election’s, and every line is in one of each', async (t) => {
  const folder = await makeFolder(t);
  const from = Date.parse('2018-07-01T18:30:00-05:00');
  const lines = [
    from - 1000,
    from,
    from + 30 * MINUTE - 1000,
    from + 30 * MINUTE,
    Date.parse('2018-07-01T23:59:59-05:00'),
    Date.parse('2018-07-02T00:00:00-05:00'),
    CLOSES - 1000,
    CLOSES,
  ];
  // Half of them at other hours of the same moments.
  const log = text(lines.map((at, i) => combinedLine({ at, address: `192.0.2.${i}` }, i % 2 ? 0 : 330)));
  const figures = await counted(folder, { web1: log }, { from });
  t.deepEqual(figures.lines, { counted: 6, outside: 2, unreadable: 0, tooLong: 0 });
  t.deepEqual(
    figures.hours.filter(({ hits }) => hits > 0).map((row) => [row.from, row.to, row.hits, row.visits.value]),
    [
      ['2018-07-01T18:30:00-05:00', '2018-07-01T19:00:00-05:00', 2, 2],
      ['2018-07-01T19:00:00-05:00', '2018-07-01T20:00:00-05:00', 1, 1],
      ['2018-07-01T23:00:00-05:00', '2018-07-02T00:00:00-05:00', 1, 1],
      ['2018-07-02T00:00:00-05:00', '2018-07-02T01:00:00-05:00', 1, 1],
      ['2018-07-02T17:00:00-05:00', '2018-07-02T18:00:00-05:00', 1, 1],
    ],
  );
  t.is(figures.hours.length, 24);
  t.deepEqual(
    figures.days.map((row) => [row.from, row.to, row.hits]),
    [
      ['2018-07-01T18:30:00-05:00', '2018-07-02T00:00:00-05:00', 4],
      ['2018-07-02T00:00:00-05:00', '2018-07-02T18:00:00-05:00', 2],
    ],
  );
  t.deepEqual(figures.peakHits, { from: '2018-07-01T18:30:00-05:00', value: 1 });
  t.throws(() => baseOfLogs(figures), { instanceOf: UsageError });
});

test('per corte, and while the aviso was up', async (t) => {
  const folder = await makeFolder(t);
  const log = text([
    combinedLine({ at: OPENS + 9 * MINUTE + 59_000 }),
    combinedLine({ at: OPENS + 10 * MINUTE, agent: GOOGLEBOT }),
    combinedLine({ at: OPENS + 19 * MINUTE, target: '/a.css' }),
    combinedLine({ at: OPENS + 31 * MINUTE, status: 503, size: 9 }),
    combinedLine({ at: OPENS + 32 * MINUTE, status: 503, size: 9, target: '/datos.json' }),
    combinedLine({ at: OPENS + 33 * MINUTE, target: '/cotejo/' }),
    combinedLine({ at: OPENS + 40 * MINUTE, status: 503 }),
  ]);
  const cortes = [
    { number: 1, from: OPENS - 60 * MINUTE, to: OPENS + 10 * MINUTE },
    { number: 2, from: OPENS + 10 * MINUTE, to: OPENS + 19 * MINUTE + 500 },
  ];
  const avisos = [
    { from: OPENS + 20 * MINUTE, to: OPENS + 30 * MINUTE },
    { from: OPENS + 30 * MINUTE, to: OPENS + 40 * MINUTE },
    { from: CLOSES, to: CLOSES + MINUTE },
  ];
  const figures = await counted(folder, { web1: log }, { cortes, avisos });
  t.deepEqual(
    figures.cortes.map(({ number, from, to, hits, pages, visits, robots }) => [
      number,
      from,
      to,
      hits,
      pages,
      visits.value,
      robots.requests,
    ]),
    [
      [1, '2018-07-01T18:00:00-05:00', '2018-07-01T18:10:00-05:00', 1, 1, 1, 0],
      [2, '2018-07-01T18:10:00-05:00', '2018-07-01T18:19:01-05:00', 1, 0, 0, 1],
    ],
  );
  t.deepEqual(figures.avisos, [
    { from: '2018-07-01T18:20:00-05:00', to: '2018-07-01T18:30:00-05:00', requests: 0, pages: 0, bytes: 0, answered503: 0 },
    { from: '2018-07-01T18:30:00-05:00', to: '2018-07-01T18:40:00-05:00', requests: 3, pages: 2, bytes: 118, answered503: 2 },
  ]);
});

test('who was sent by another site, and what was shown within one', async (t) => {
  const folder = await makeFolder(t);
  const at = OPENS;
  const portal = 'https://Portal.example:8443/elecciones?x';
  const figures = await counted(folder, {
    web1: text([
      combinedLine({ at, target: '/cotejo/marco.html', referrer: portal, size: 5 }),
      combinedLine({ at, target: '/', referrer: 'https://prep.example/cotejo/marco.html?y', size: 7 }),
      combinedLine({ at, target: '/a.css', referrer: 'https://prep.example/cotejo/marco.html' }),
      combinedLine({ at, target: '/a.css', referrer: 'https://prep.example/' }),
      combinedLine({ at, target: '/', referrer: 'https://prep.example/otra' }),
      combinedLine({ at, target: '/', referrer: 'https://busca.example/?q=prep' }),
      combinedLine({ at, target: '/a.css', referrer: 'https://busca.example/' }),
      combinedLine({ at, target: '/', referrer: 'javascript:alert(1)' }),
      combinedLine({ at, target: '/', referrer: '=cmd|calc' }),
    ]),
    web2: text([
      jsonLine({ at, target: '/', referrer: portal }, { dest: 'iframe', host: 'prep.example' }),
      jsonLine({ at, target: '/', referrer: 'https://otro.example/x' }, { dest: 'iframe', host: 'otro.example:443' }),
    ]),
  });
  t.deepEqual(figures.referrers.rows, [{ name: 'busca.example', hits: 1, pages: 1, bytes: 100 }]);
  t.deepEqual(figures.frames.portals.rows, [{ name: 'portal.example', hits: 2, pages: 2, bytes: 105 }]);
  const { opened, pages, hits, bytes } = figures.frames;
  t.deepEqual({ opened, pages, hits, bytes }, { opened: 2, pages: 3, hits: 4, bytes: 312 - 100 + 0 });
});

/** A night of some readers, of which each asks for a page and what belongs to it, from two nodes. */
function night(hits: number): Hit[] {
  return Array.from({ length: hits }, (_, i) => ({
    at: OPENS + ((i * 7919) % 86_000) * 1000,
    address: i % 4 ? `192.0.${(i * 31) % 3}.${(i * 37) % 100}` : `2001:db8:${(i % 7).toString(16)}::${(i % 50).toString(16)}`,
    target: ['/', '/a.css', '/datos.json', '/distrito/1.html'][i % 4]!,
    status: i % 11 ? 200 : 304,
    size: i % 11 ? i % 1000 : 0,
    referrer: i % 5 ? 'https://prep.example/' : 'https://busca.example/',
    ...(i % 13 === 0 && { agent: GOOGLEBOT }),
  }));
}

test('the order of lines and of files changes nothing, nor does their form', async (t) => {
  const folder = await makeFolder(t);
  const hits = night(3000).sort((one, other) => one.at - other.at);
  const whole = of(await counted(folder, { web1: text(hits.map((hit) => combinedLine(hit))) }));
  t.true(whole.visits.isExact && whole.visits.value > whole.visitors.value && whole.visitors.value > 50);
  const halves = [hits.filter((_, i) => i % 3 === 0).reverse(), hits.filter((_, i) => i % 3 > 0)];
  const [one, other] = halves.map((half) => text(half.map((hit) => combinedLine(hit, 0)))) as [string, string];
  t.deepEqual(of(await counted(folder, { web1: one, web2: gzipSync(other) })), whole);
  t.deepEqual(of(await counted(folder, { web2: other, web1: gzipSync(one) })), whole);
  const fields = '#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes cs(Referer) cs(User-Agent)\n';
  const rows = hits.map(({ at, address, target, status, size, referrer, agent = FIREFOX }) =>
    [
      ...new Date(at).toISOString().slice(0, 19).split('T'),
      address,
      'GET',
      target,
      status,
      size,
      referrer,
      agent.replaceAll(' ', '%2520'),
    ].join('\t'),
  );
  t.deepEqual(of(await counted(folder, { cdn: fields + text(rows) })), whole);
  t.deepEqual(of(await counted(folder, { web1: text(hits.map((hit) => jsonLine(hit))) })), whole);
});

test('files that overlap are both counted and told, one that stands in another is not', async (t) => {
  const folder = await makeFolder(t);
  const lines = night(300)
    .sort((one, other) => one.at - other.at)
    .map((hit) => combinedLine(hit));
  const [log, half] = [text(lines), text(lines.slice(0, 150))];
  const other = text(lines.slice(100, 200).map((line) => line.replaceAll('Firefox', 'Chrome')));
  const figures = await counted(folder, {
    'web1/half.log': half,
    'web1/log': log,
    'web1/log.gz': gzipSync(log),
    'web1/other': other,
    'web2/other': other.replaceAll('Chrome', 'Opera'),
    'web1/more': `${half}${lines[160]}\n`,
  });
  t.deepEqual(
    figures.files.map(({ state, sameAs, lines }) => [state, sameAs && sameAs.slice(folder.length + 1), lines]),
    [
      ['repeated', 'web1-log', 0],
      ['whole', null, 300],
      ['repeated', 'web1-log', 0],
      ['whole', null, 100],
      ['whole', null, 100],
      ['whole', null, 151],
    ],
  );
  t.is(figures.lines.counted, 651);
  t.deepEqual(figures.nodes, ['web1', 'web2']);
  t.deepEqual(
    figures.overlaps.map(({ node, files: [one, two] }) => [node, ...[one, two].map((file) => file.slice(folder.length + 6))]),
    [
      ['web1', 'log', 'other'],
      ['web1', 'log', 'more'],
      ['web1', 'other', 'more'],
    ],
  );
});

test('what is broken is counted as broken, and the rest as it is', async (t) => {
  const folder = await makeFolder(t);
  const lines = night(20_000).map((hit) => combinedLine(hit));
  const log = text(lines);
  const broken = `${log}${lines[0]!.slice(9, 60)}\n\0\0\0\n${'x'.repeat(100_000)}\n{"a":1}\n\xff\xfe${lines[0]}`;
  const gzip = gzipSync(text(lines.slice(1)));
  const figures = await counted(folder, {
    a: Buffer.from(broken, 'latin1'),
    b: gzip.subarray(0, gzip.length / 2),
    c: 'hello\nworld\n',
    d: '',
    e: gzipSync(Buffer.alloc(1024)),
    f: text(Array.from({ length: 30_000 }, (_, i) => `${i}`)) + log,
    g: text([
      combinedLine({ at: OPENS + 10 * MINUTE, address: '198.51.100.7' }),
      combinedLine({ at: OPENS, address: '198.51.100.7' }),
    ]),
  });
  t.deepEqual(
    figures.files.map(({ state, form, isGzip, unreadable, tooLong, backwards }) => [
      state,
      form,
      isGzip,
      unreadable,
      tooLong,
      Math.min(backwards, 2),
    ]),
    [
      ['whole', 'combined', false, 3, 1, 2],
      ['cut', 'combined', true, 0, 0, 2],
      ['no-log', null, false, 2, 0, 0],
      ['empty', null, false, 0, 0, 0],
      ['no-log', null, true, 1, 0, 0],
      ['no-log', 'combined', false, 30_000, 0, 2],
      ['whole', 'combined', false, 0, 0, 1],
    ],
  );
  const [a, b] = figures.files;
  t.is(a!.lines, 20_001);
  t.true(b!.lines > 5_000 && b!.lines < 20_000);
  t.is(figures.lines.counted, a!.lines + b!.lines + figures.files[5]!.lines + 2);
});

test('what can’t be counted is wrong usage', async (t) => {
  const folder = await makeFolder(t);
  const log = text([combinedLine({ at: OPENS })]);
  const wrong = (files: Record<string, string>, settings: Partial<Settings> = {}) =>
    t.throwsAsync(() => counted(folder, files, settings), { instanceOf: UsageError });
  await wrong({});
  await wrong({ a: 'hello\n' });
  await wrong({ a: log }, { to: OPENS });
  await wrong({ a: log }, { from: OPENS + 1 });
  await wrong({ a: log }, { to: OPENS + 93 * 24 * 60 * MINUTE });
  await wrong({ a: log }, { offset: 0.5 });
  await wrong({ a: log }, { avisos: [{ from: OPENS + 1, to: OPENS }] });
  await wrong(
    { a: log },
    {
      cortes: [
        { number: 1, from: OPENS, to: CLOSES },
        { number: 2, from: OPENS, to: CLOSES },
      ],
    },
  );
  await t.throwsAsync(() => countLogs([{ file: join(folder, 'none'), node: 'web1' }], SETTINGS), { instanceOf: UsageError });
  await t.throwsAsync(() => countLogs([{ file: folder, node: 'web1' }], SETTINGS), { instanceOf: UsageError });
});

test('the copy with hashes gives the same figures, and names nobody', async (t) => {
  const folder = await makeFolder(t);
  const hits: Hit[] = [
    ...night(2000),
    { at: OPENS, target: '/a\\x22', agent: 'a\\x22b', referrer: 'https://x.example/\\x5C' },
    { at: OPENS, address: '::ffff:192.0.2.1' },
  ];
  const combined = hits.map((hit) => combinedLine(hit));
  combined.push(
    combined[0]!.replace(' - - ', ' - juan '),
    combined[0]!.replace(/"GET.*?"/, '"\\x16\\x03"').replace(' 304 ', ' 400 '),
  );
  combined.push(`${combined[1]} prep.example "7" 0.001 "none" 192.0.2.77`);
  const json = hits.map((hit) =>
    jsonLine({ ...hit, agent: `${hit.agent ?? 'X'} "ñ" \\ \x01` }, { host: 'prep.example', forwarded: hit.address, corte: 7 }),
  );
  const fields = '#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes cs(User-Agent) x-forwarded-for\n';
  const rows = hits.map(({ at, address = '192.0.2.1', target }) =>
    [...new Date(at).toISOString().slice(0, 19).split('T'), address, 'GET', target, 200, 5, 'Mozilla/5.0%20(X)', address].join(
      '\t',
    ),
  );
  const before = await counted(
    folder,
    {
      'web1/combined': text([...combined, 'broken 192.0.2.1', combinedLine({ at: OPENS - 1000 })]),
      'web1/json.gz': gzipSync(text(json)),
      'cdn/rows': fields + text(rows),
    },
    { copy: { folder, addresses: 'hashed' } },
  );
  t.deepEqual(
    before.files.map(({ copy }) => copy),
    [
      { name: '001-web1-web1-combined.gz', lines: combined.length },
      { name: '002-web1-web1-json.gz', lines: json.length },
      { name: '003-cdn-cdn-rows.gz', lines: rows.length },
    ],
  );
  const names = before.files.map(({ copy }) => join(folder, copy!.name));
  const after = await countLogs(
    names.map((file, i) => ({ file, node: before.files[i]!.node })),
    SETTINGS,
  );
  t.deepEqual(of(after), of(before));
  for (const name of names) {
    t.is(statSync(name).mode & 0o777, 0o600);
    const content = gunzipSync(readFileSync(name)).toString('latin1');
    t.false(/192\.0\.|2001:|juan|broken/.test(content), name);
    t.regex(content.split('\n')[0]!, /^[0-9a-f]{16} - - \[01\/Jul\/2018:18:00:00 -0500\] "GET \/.*" \d+ \d+ ".*" ".*" \S+ ".*"$/);
  }
  // One address has one hash, whatever file it is in; and another one the next time.
  const first = (name: string) => gunzipSync(readFileSync(name)).toString('latin1').slice(0, 16);
  t.is(first(names[0]!), first(names[1]!));
  const again = await makeFolder(t);
  writeFileSync(join(again, 'log'), text(combined));
  await countLogs([{ file: join(again, 'log'), node: 'web1' }], { ...SETTINGS, copy: { folder: again, addresses: 'hashed' } });
  t.not(first(join(again, '001-web1-log.gz')), first(names[0]!));
});

test('the complete copy has the lines as they are, of the period alone', async (t) => {
  const folder = await makeFolder(t);
  const within = [combinedLine({ at: OPENS }), 'broken', combinedLine({ at: CLOSES - 1000 })];
  const log = ['broken', combinedLine({ at: OPENS - 1000 }), ...within, combinedLine({ at: CLOSES }), 'broken'];
  const figures = await counted(folder, { web1: text(log) }, { copy: { folder, addresses: 'complete' } });
  t.deepEqual(figures.files[0]!.copy, { name: '001-web1-web1.gz', lines: 3 });
  t.is(gunzipSync(readFileSync(join(folder, '001-web1-web1.gz'))).toString(), text(within));
  t.deepEqual(readdirSync(folder).sort(), ['001-web1-web1.gz', 'web1']);
  // A copy replaces nothing.
  await t.throwsAsync(() => counted(folder, { web1: text(log) }, { copy: { folder, addresses: 'complete' } }), { code: 'EEXIST' });
});

test('more addresses than are kept one by one make estimates, which say so', async (t) => {
  const folder = await makeFolder(t);
  const hits = Array.from({ length: 40_000 }, (_, i) => ({
    at: OPENS + i * 1000,
    address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  }));
  const { visits, addresses, seen, hours } = await counted(
    folder,
    { web1: text(hits.map((hit) => combinedLine(hit))) },
    { mostAddresses: 10_000 },
  );
  for (const count of [visits, addresses]) {
    t.false(count.isExact);
    t.true(Math.abs(count.value - 40_000) < 2.5 * count.error && count.error < 2000);
  }
  t.is(seen.hits, 40_000);
  t.true(Math.abs(hours[0]!.visits.value - 3600) < 2.5 * hours[0]!.visits.error);
});

test('a great many names leave those that came often', async (t) => {
  const folder = await makeFolder(t);
  const lines = Array.from({ length: 60_000 }, (_, i) =>
    combinedLine({
      at: OPENS,
      target: i % 10 ? `/x/${i}` : '/',
      referrer: i % 10 ? `https://r${i}.example/` : 'https://busca.example/',
    }),
  );
  const { topPages, referrers } = await counted(folder, { web1: text(lines) });
  for (const top of [topPages, referrers]) {
    t.true(top.isCut && top.missing >= 1 && top.missing < 20);
    t.is(top.hits, 60_000);
    t.true(top.rows[0]!.hits + top.missing >= 6_000 && top.rows[0]!.hits <= 6_000);
    t.true(top.distinct >= 16_384);
  }
  t.is(topPages.rows[0]!.name, '/');
});

test('progress, and giving up', async (t) => {
  const folder = await makeFolder(t);
  const log = text(night(2000).map((hit) => combinedLine(hit)));
  const seen: number[] = [];
  await counted(folder, { web1: log }, { progress: ({ bytes, ofBytes }) => void seen.push(bytes / ofBytes) });
  t.is(seen.at(-1), 1);
  await t.throwsAsync(() => counted(folder, { web1: log }, { signal: AbortSignal.abort() }), { any: true });
});

test('the base is of whole days', async (t) => {
  const folder = await makeFolder(t);
  const day = (n: number) => Date.parse(`2018-06-${n}T00:00:00-05:00`);
  const log = text(
    [10, 11, 11, 12, 12, 12, 13].map((n, i) => combinedLine({ at: day(n) + i * 1000, address: `192.0.2.${i}`, size: 5 })),
  );
  const base = baseOfLogs(await counted(folder, { web1: log }, { from: day(10) + 60 * MINUTE, to: day(13) + 60 * MINUTE }));
  t.deepEqual(base, {
    days: [
      { day: '2018-06-11', visits: 2, pages: 2, hits: 2, bytes: 10 },
      { day: '2018-06-12', visits: 3, pages: 3, hits: 3, bytes: 15 },
    ],
    mean: { visits: 2.5, pages: 2.5, hits: 2.5, bytes: 12.5 },
    median: { visits: 2.5, pages: 2.5, hits: 2.5, bytes: 12.5 },
    by: 'logs',
    isExact: true,
  });
});
