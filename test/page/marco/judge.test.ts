import test from 'ava';
import type { Phase } from '../../../src/format/trust.ts';
import type { Answer } from '../../../src/page/marco/answer.ts';
import { freshnessOf, type Known, newServerClock, standingOf } from '../../../src/page/marco/judge.ts';
import { noteText, statusText } from '../../../src/page/marco/words.ts';
import { at, makeTrust, NOW } from '../../kit/election.ts';

const phase = makeTrust().phases.find(({ kind }) => kind === 'oficial') as Phase;
const corte = { number: 37, taken_at: at(NOW), final: false };
const MINUTE = 60_000;
/** three periods of ten minutes, and two minutes of grace */
const LIMIT = NOW + 32 * MINUTE;

test('stale by every clock that there is, or by none: and where they differ it is said so', (t) => {
  const judge = (reader: number, server: number | null) => freshnessOf(phase, corte, { reader, server });
  t.is(judge(LIMIT, null), 'fresh');
  t.is(judge(LIMIT + 1, null), 'stale');
  t.is(judge(LIMIT, LIMIT), 'fresh');
  t.is(judge(LIMIT + 1, LIMIT + 1), 'stale');
  t.is(judge(LIMIT + 1, LIMIT), 'doubt', 'a reader whose clock is ahead, or a server that stands still');
  t.is(judge(LIMIT, LIMIT + 1), 'doubt', 'a reader whose clock is behind');
  t.is(
    freshnessOf(phase, { ...corte, final: true }, { reader: LIMIT * 2, server: null }),
    'fresh',
    'nothing follows the final one',
  );
});

test('the server’s hour runs on by itself, and an answer that is kept for ever does not stop it', (t) => {
  const clock = newServerClock();
  t.is(clock.at(5), null);
  clock.told(NOW, 1000);
  t.is(clock.at(1000), NOW);
  t.is(clock.at(61_000), NOW + MINUTE);
  clock.told(NOW, 61_000); // the same answer a minute later
  t.is(clock.at(61_000), NOW + MINUTE);
  clock.told(null, 62_000);
  clock.told(NOW + 5 * MINUTE, 62_000);
  t.is(clock.at(62_000), NOW + 5 * MINUTE);
});

const shown: Answer = { kind: 'corte', phase: 'jornada', number: 37, mark: '"x"' };
const known: Known = {
  answer: shown,
  hasFailed: false,
  phase,
  corte,
  newer: null,
  document: 37,
  silentSince: null,
  clocks: { reader: NOW + MINUTE, server: NOW + MINUTE },
};

test('a corte is shown with its hour, and no longer than the rule allows, whoever is silent', (t) => {
  t.like(standingOf(known), { kind: 'corte', isDoubtful: false, silentSince: null });
  t.regex(statusText(standingOf(known)), /^Corte 37: 01:00 horas del 2 de julio de 2018$/);
  const silent: Known = { ...known, silentSince: NOW + 2 * MINUTE, clocks: { reader: LIMIT, server: LIMIT } };
  t.like(standingOf(silent), { kind: 'corte', silentSince: NOW + 2 * MINUTE });
  t.regex(
    noteText(standingOf(silent), () => '01:02'),
    /desde las 01:02/,
  );
  t.is(standingOf({ ...silent, clocks: { reader: LIMIT + 1, server: LIMIT + 1 } }).kind, 'stale');
  // The site itself says that it is a corte, and fresh: a store between that answers for ever would say the same.
  t.is(standingOf({ ...known, clocks: { reader: LIMIT + 1, server: LIMIT + 1 } }).kind, 'stale');
  t.like(standingOf({ ...known, clocks: { reader: LIMIT + 1, server: LIMIT } }), { kind: 'corte', isDoubtful: true });
});

test('what is not known is never said to be fresh', (t) => {
  t.is(standingOf({ ...known, answer: null, phase: null, corte: null }).kind, 'asking');
  t.is(standingOf({ ...known, answer: null, phase: null, corte: null, hasFailed: true }).kind, 'unknown');
  t.is(standingOf({ ...known, answer: { kind: 'nada' }, phase: null, corte: null }).kind, 'unknown');
  t.like(standingOf({ ...known, corte: null }), { kind: 'no-hour', number: 37 });
  const unruled = standingOf({ ...known, phase: null });
  t.is(unruled.kind, 'unknown', 'a corte without the rules of its phase');
  t.regex(noteText(unruled, String), /o ser de un simulacro/);
});

test('the site’s own notice and wait are told with what is known of them', (t) => {
  const aviso: Known = { ...known, answer: { kind: 'aviso', phase: 'jornada' }, document: 'stand-in' };
  t.like(standingOf(aviso), { kind: 'aviso', corte });
  t.regex(statusText(standingOf(aviso)), /01:00 horas/);
  t.like(standingOf({ ...aviso, corte: null }), { kind: 'aviso', corte: null, isSeen: true });
  t.like(standingOf({ ...aviso, document: null }), { kind: 'aviso', isSeen: true }, 'a browser that tells nothing of it');
  const espera: Known = { ...known, answer: { kind: 'espera', phase: 'jornada' }, corte: null, document: 'stand-in' };
  t.like(standingOf(espera), { kind: 'espera', opensAt: phase.opens_at, isSeen: true });
  t.is(statusText(standingOf({ ...espera, phase: null })), 'La publicación todavía no comienza');
});

test('results are never seen below the notice or the wait', (t) => {
  // A store between has the page of a corte still, or the reader went back to one that his browser kept.
  const below = (kind: 'aviso' | 'espera', told: Known['corte']) =>
    standingOf({ ...known, answer: { kind, phase: 'jornada' }, corte: told, document: 33 });
  t.like(below('aviso', corte), { kind: 'stale', corte });
  t.regex(statusText(below('aviso', corte)), /^Sin cortes nuevos\. El último: 01:00 horas/);
  t.like(below('aviso', null), { kind: 'aviso', isSeen: false });
  t.like(below('espera', null), { kind: 'espera', isSeen: false });
  t.like(standingOf({ ...known, document: 'stand-in' }), { kind: 'corte' });
});
