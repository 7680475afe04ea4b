import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { baseOfLogs } from '../../../src/memoria/count/base.ts';
import { makeFolder } from '../../kit/folders.ts';
import { combinedLine, GOOGLEBOT, type Hit, jsonLine, text } from '../lines.ts';
import { CLOSES, counted, exact, MINUTE, OPENS } from './counted.ts';

/** What is counted of the access logs, and by which words. */

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
