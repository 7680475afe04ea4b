import { formatTime } from '../../src/format/time.ts';
import type { Phase } from '../../src/format/trust.ts';
import type { Base, Count, Figures, Row, Top } from '../../src/memoria/figures.ts';
import type { Incident } from '../../src/memoria/incident/kinds.ts';
import { paceOf, publishedOf } from '../../src/memoria/incident/publication.ts';
import type { Span } from '../../src/memoria/incident/shown.ts';
import type { Memoria } from '../../src/memoria/memoria.ts';
import { makeKey } from '../kit/keys.ts';

/** A memoria of two days made by hand: a night with a notice, a defacement and strangers who write into the logs. */

/** Texts that strangers may write into a log, hostile to pages and to spreadsheets. */
export const HOSTILE = {
  path: '/<script>alert(1)</script>?a=1"\'&',
  formula: '=HYPERLINK("http://mal.example","ver")',
  host: "@SUM(1+1)*cmd|' /C calc'!A0",
} as const;

const FROM = Date.parse('2018-07-01T00:00:00-05:00');
const TO = Date.parse('2018-07-03T00:00:00-05:00');
const OFFSET = -300;
const HOUR = 3_600_000;
const at = (ms: number) => formatTime(ms, OFFSET);
const opens = Date.parse('2018-07-01T18:00:00-05:00');

export const phase: Phase = {
  name: 'jornada',
  kind: 'oficial',
  opens_at: at(opens),
  closes_at: '2018-07-02T18:00:00-05:00',
  period_seconds: 600,
  missed_limit: 3,
  grace_seconds: 120,
};

const exact = (value: number): Count => ({ value, isExact: true, error: 0 });

/** How many pages an hour has: little by day, the most at nine in the evening. */
function demand(ms: number): number {
  const since = (ms - opens) / HOUR;
  if (since < 0) return 40 + Math.round(30 * Math.sin(ms / HOUR));
  return Math.round(400 + 42_000 * Math.exp(-((since - 3) ** 2) / 6) + 3000 * Math.exp(-((since - 14) ** 2) / 12));
}

function rowOf(from: number, to: number): Row {
  const pages = Math.max(0, Math.round((demand((from + to) / 2) * (to - from)) / HOUR));
  return {
    from: at(from),
    to: at(to),
    visits: exact(Math.round(pages / 3)),
    pages,
    hits: pages * 27,
    bytes: pages * 31_000,
    robots: { requests: Math.round(pages / 20), pages: Math.round(pages / 60), bytes: pages * 900 },
    unseen: { requests: Math.round(pages / 9), pages: Math.round(pages / 90), bytes: pages * 90 },
  };
}

const top = (rows: Top['rows'], changes: Partial<Top> = {}): Top => ({
  rows,
  distinct: rows.length,
  isCut: false,
  missing: 0,
  hits: rows.reduce((sum, { hits }) => sum + hits, 0),
  ...changes,
});

/** Cortes every ten minutes, but for the one after 21:00, which came after an hour. */
const taken = Array.from({ length: 130 }, (_, i) => opens + i * 600_000 + (i > 18 ? 3_600_000 : 0));

const spans: Span[] = [
  { from: FROM + 8 * HOUR, to: opens + 4000, shows: 'espera', number: null, source: 'registro' },
  ...taken.flatMap((hour, i): Span[] => {
    const next = (taken[i + 1] ?? TO - 6000) + 6000;
    const span = {
      from: hour + 4000 + (i % 3) * 1000,
      to: next + ((i + 1) % 3) * 1000 - 2000,
      number: i + 1,
      source: 'registro',
    } as const;
    if (i !== 18) return [{ ...span, shows: 'corte' }];
    const stale = hour + 32 * 60_000;
    return [
      { ...span, to: stale, shows: 'corte' },
      { ...span, from: stale, shows: 'aviso', source: 'registro' },
    ];
  }),
];

const plain = {
  node: 'web1',
  phase: 'jornada',
  number: null,
  count: 1,
  restored: null,
  code: null,
  examples: [],
  source: 'registro',
} as const;
const incidents: Incident[] = [
  { ...plain, kind: 'reinicio', phase: null, from: FROM + 9 * HOUR, to: FROM + 9 * HOUR + 4000 },
  {
    ...plain,
    kind: 'rechazo',
    phase: null,
    from: opens + HOUR,
    to: opens + HOUR + 90_000,
    count: 3,
    code: 'signature-invalid',
    examples: ['jornada-000007', HOSTILE.formula],
  },
  { ...plain, kind: 'corte-tardio', from: taken[18]!, to: taken[19]!, number: 20, count: 6, source: 'cadena' },
  { ...plain, kind: 'aviso', from: taken[18]! + 32 * 60_000, to: taken[19]! + 4000, number: 19 },
  {
    ...plain,
    kind: 'alteracion',
    from: opens + 5 * HOUR,
    to: opens + 5 * HOUR,
    number: 25,
    count: 2,
    restored: 2,
    examples: ['index.html', `actas/${HOSTILE.path}.jpg`],
  },
  { ...plain, kind: 'caida', phase: null, from: opens + 7 * HOUR, to: opens + 7 * HOUR + 21_000 },
  {
    ...plain,
    kind: 'falla',
    phase: null,
    from: opens + 8 * HOUR,
    to: opens + 8 * HOUR,
    code: 'the inbox',
    examples: ["EIO: i/o error, scandir '/var/lib/cotejo/iec/inbox'"],
  },
];

const hours = Array.from({ length: 48 }, (_, i) => rowOf(FROM + i * HOUR, FROM + (i + 1) * HOUR));
const sum = (valueOf: (row: Row) => number, rows: readonly Row[] = hours) => rows.reduce((all, row) => all + valueOf(row), 0);
const dayOf = (i: number): Row => {
  const rows = hours.slice(i * 24, i * 24 + 24);
  const of = (valueOf: (row: Row) => number) => sum(valueOf, rows);
  return {
    from: at(FROM + i * 24 * HOUR),
    to: at(FROM + (i + 1) * 24 * HOUR),
    visits: exact(of(({ visits }) => visits.value)),
    pages: of(({ pages }) => pages),
    hits: of(({ hits }) => hits),
    bytes: of(({ bytes }) => bytes),
    robots: {
      requests: of(({ robots }) => robots.requests),
      pages: of(({ robots }) => robots.pages),
      bytes: of(({ robots }) => robots.bytes),
    },
    unseen: {
      requests: of(({ unseen }) => unseen.requests),
      pages: of(({ unseen }) => unseen.pages),
      bytes: of(({ unseen }) => unseen.bytes),
    },
  };
};

const seen = { pages: sum(({ pages }) => pages), hits: sum(({ hits }) => hits), bytes: sum(({ bytes }) => bytes) };
const part = (share: number) => ({
  pages: Math.round(seen.pages * share),
  hits: Math.round(seen.hits * share),
  bytes: Math.round(seen.bytes * share),
});
/** Of a list: what is in it are pages alone. */
const pagesOf = (share: number) => ({ ...part(share), hits: part(share).pages });
const notice = { from: taken[18]! + 32 * 60_000, to: taken[19]! + 4000 };

const figures: Figures = {
  from: at(FROM),
  to: at(TO),
  offset: OFFSET,
  pageKinds: ['', 'htm', 'html', 'php'],
  visitSeconds: 3600,
  files: [
    {
      file: '/var/log/cotejo/acceso.log-20180701.gz',
      node: 'web1',
      form: 'combined',
      isGzip: true,
      state: 'whole',
      sameAs: null,
      lines: 5_412_345,
      outside: 120,
      unreadable: 3,
      tooLong: 1,
      backwards: 0,
      first: at(FROM + 30_000),
      last: at(FROM + 24 * HOUR - 1000),
      bytes: 1_400_000_000,
      copy: { name: 'web1-1.log.gz', lines: 5_412_345 },
    },
    {
      file: '/var/log/cotejo/acceso.log',
      node: 'web1',
      form: 'combined',
      isGzip: false,
      state: 'cut',
      sameAs: null,
      lines: 812_345,
      outside: 0,
      unreadable: 0,
      tooLong: 0,
      backwards: 0,
      first: at(FROM + 24 * HOUR),
      last: at(TO - 1000),
      bytes: 200_000_000,
      copy: { name: 'web1-2.log.gz', lines: 812_345 },
    },
  ],
  overlaps: [
    { node: 'web1', files: ['/var/log/cotejo/acceso.log', '/var/log/cotejo/otra.log'], from: at(opens), to: at(opens + HOUR) },
  ],
  nodes: ['web1'],
  lines: { counted: 6_224_690, outside: 120, unreadable: 3, tooLong: 1 },
  visits: { value: 80_123, isExact: false, error: 412 },
  visitors: exact(51_234),
  addresses: exact(60_000),
  seen,
  robots: { requests: sum(({ robots }) => robots.requests), pages: 900, bytes: 12_345_678 },
  unseen: { requests: sum(({ unseen }) => unseen.requests), pages: 300, bytes: 2_345_678 },
  statuses: [
    { status: 200, requests: 4_000_000, bytes: seen.bytes },
    { status: 304, requests: 2_000_000, bytes: 0 },
    { status: 404, requests: 12_345, bytes: 4_000_000 },
    { status: 503, requests: 9_876, bytes: 40_000_000 },
  ],
  knowsRobots: true,
  hours,
  days: [dayOf(0), dayOf(1)],
  cortes: spans.flatMap(({ shows, number, from, to }) => (shows === 'corte' ? [{ ...rowOf(from, to), number: number! }] : [])),
  avisos: [{ from: at(notice.from), to: at(notice.to), requests: 45_678, pages: 9876, bytes: 98_765_432, answered503: 44_000 }],
  peakRequests: { from: at(opens + 3 * HOUR + 14 * 60_000), value: 24_680 },
  peakHits: { from: at(opens + 3 * HOUR + 14 * 60_000), value: 22_000 },
  peakPages: { from: at(opens + 3 * HOUR + 12 * 60_000), value: 1200 },
  topPages: top(
    [
      { name: '/', ...pagesOf(0.6) },
      { name: '/index.html', ...pagesOf(0.1) },
      { name: HOSTILE.path, ...pagesOf(0.01) },
      { name: `/ayuntamientos/${'muy-largo/'.repeat(30)}`, ...pagesOf(0.001) },
    ],
    { distinct: 9000, isCut: true, missing: 12 },
  ),
  referrers: top([
    { name: 'www.google.com', ...pagesOf(0.2) },
    { name: HOSTILE.host, ...pagesOf(0.01) },
  ]),
  frames: { ...part(0.1), opened: 12_345, portals: top([{ name: 'portal.example', ...pagesOf(0.1) }]) },
};

const baseDays = Array.from({ length: 21 }, (_, i) => {
  const pages = 1800 + ((i * 37) % 500) + (i % 7 === 0 ? -600 : 0);
  return {
    day: at(FROM - (30 - i) * 24 * HOUR).slice(0, 10),
    visits: Math.round(pages / 2.4),
    pages,
    hits: pages * 21,
    bytes: pages * 25_000,
  };
});
const usual = { visits: 812.5, pages: 1950, hits: 40_950, bytes: 48_750_000 };
const base: Base = { days: baseDays, mean: usual, median: { ...usual, pages: 1987 }, by: 'logs', isExact: true };

export const memoria: Memoria = {
  about: {
    type: 'cotejo/memoria',
    format: 1,
    cotejo: '0.1.0',
    election: 'coahuila-ayuntamientos-2018',
    title: 'PREP Coahuila 2018, Integrantes de los Ayuntamientos',
    difusor: 'vanguardia',
    nombre: 'Vanguardia <MX>',
    node: 'web1',
    phase: 'jornada',
    kind: 'oficial',
    from: at(FROM),
    to: at(TO),
    made_at: '2018-07-07T12:00:05-05:00',
    key: makeKey('vanguardia-web1').publicKey,
    ip: 'truncada',
  },
  offset: OFFSET,
  phase: { ...phase, closes_at: '2018-07-10T18:00:00-05:00' },
  chain: { cortes: 130, final: true, head: 'a'.repeat(64), refused: null, acuses: 130, badAcuses: 0 },
  nodes: (() => {
    const published = publishedOf(
      taken.map((hour) => ({ taken_at: at(hour) })),
      spans,
      opens,
      { from: FROM, to: TO },
    );
    return [{ node: 'web1', spans, published, pace: paceOf(published) }];
  })(),
  incidents,
  untold: 0,
  figures,
  base,
  comments: [
    { kind: 'heading', text: 'La noche' },
    {
      kind: 'paragraph',
      text: 'La difusión transcurrió con normalidad, salvo la pausa de las 21:00 horas, que fue de todos los difusores. <b>No</b> hubo quejas de lectores.',
    },
    { kind: 'item', text: 'Se agregó un servidor a las 19:30.' },
    { kind: 'item', text: 'Se atendió por teléfono al IEC dos veces.' },
  ],
};
