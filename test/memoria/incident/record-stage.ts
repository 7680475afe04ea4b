import type { Acuse } from '../../../src/format/acuse.ts';
import type { Phase } from '../../../src/format/trust.ts';
import { readRecord } from '../../../src/memoria/incident/record.ts';
import type { Seen, spansOf } from '../../../src/memoria/incident/shown.ts';

/** A record in memory, of a night whose cortes come every ten minutes. */

export const phase: Phase = {
  name: 'jornada',
  kind: 'oficial',
  opens_at: '2018-07-01T18:00:00-05:00',
  closes_at: '2018-07-02T18:00:00-05:00',
  period_seconds: 600,
  missed_limit: 3,
  grace_seconds: 120,
};
export const ms = (hour: string) => Date.parse(`2018-07-01T${hour}-05:00`);
export const line = (hour: string, event: object) => `${JSON.stringify({ at: new Date(ms(hour)).toISOString(), ...event })}\n`;
export const published = (hour: string, shows: string, number: number | null) =>
  line(hour, { event: 'published', phase: 'jornada', public: shows, number });

/** Corte n was taken at 18:00 and then every ten minutes. */
export const cortes = new Map([1, 2, 3, 4].map((n) => [n, { taken_at: `2018-07-01T18:${n - 1}0:00-05:00`, final: false }]));

export const seen = (record: string, changes: Partial<Seen> = {}): Seen => ({
  entries: readRecord([record]).entries,
  acuses: [],
  phase,
  cortes,
  keepsTheRule: true,
  until: ms('20:00:00'),
  ...changes,
});

export const shown = (spans: ReturnType<typeof spansOf>) =>
  spans.map(({ from, to, shows, number, source }) => [
    new Date(from - 5 * 3_600_000).toISOString().slice(11, 19),
    new Date(to - 5 * 3_600_000).toISOString().slice(11, 19),
    shows,
    number,
    source,
  ]);

export const ACUSE: Acuse = {
  type: 'cotejo/acuse',
  format: 1,
  election: 'e',
  phase: 'jornada',
  number: 2,
  corte: 'a'.repeat(64),
  difusor: 'vanguardia',
  node: 'web1',
  received_at: '2018-07-01T18:10:02-05:00',
  admitted_at: '2018-07-01T18:10:03-05:00',
  published_at: '2018-07-01T18:10:04-05:00',
};
