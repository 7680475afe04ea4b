import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import type { Settings } from '../../../src/memoria/figures.ts';
import { makeFolder } from '../../kit/folders.ts';
import { combinedLine, FIREFOX, jsonLine, text } from '../lines.ts';
import { CLOSES, counted, MINUTE, night, OPENS, of, SETTINGS } from './counted.ts';

/** How logs are given: in any order and form, broken, twice, or not to be counted at all. */

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

test('progress, and giving up', async (t) => {
  const folder = await makeFolder(t);
  const log = text(night(2000).map((hit) => combinedLine(hit)));
  const seen: number[] = [];
  await counted(folder, { web1: log }, { progress: ({ bytes, ofBytes }) => void seen.push(bytes / ofBytes) });
  t.is(seen.at(-1), 1);
  await t.throwsAsync(() => counted(folder, { web1: log }, { signal: AbortSignal.abort() }), { any: true, name: 'AbortError' });
});
