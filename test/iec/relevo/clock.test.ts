import test from 'ava';
import { said } from '../../../src/format/said.ts';
import type { Phase } from '../../../src/format/trust.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { aheadOf, newClockWatch } from '../../../src/iec/relevo/clock.ts';
import type { Answer } from '../../../src/iec/relevo/judge.ts';
import type { Difusor, NodeTarget } from '../../../src/iec/setup/config.ts';

const NOW = Date.parse('2018-07-02T01:00:00-05:00');
const LIMIT = 300_000;

const says = (difusor: string, behindMs: number | null, node = 'web1'): Answer => ({
  difusor,
  node,
  number: 3,
  sight: null,
  isSiteHeard: false,
  statusAt: behindMs === null ? null : NOW - behindMs,
  trouble: null,
});

/** @param changed what they say when they are asked once more; the same, if absent: nobody is at work */
async function heeded(answers: readonly Answer[], difusores: number, changed = answers, ...overruled: string[]) {
  let asked = 0;
  const again = () => {
    asked += 1;
    return Promise.resolve(changed);
  };
  const voices = await aheadOf(answers, { difusores, overruled: new Set(overruled), now: () => NOW, again });
  return { voices, asked };
}

/** The same daemons, some seconds later by their clocks. */
const later = (answers: readonly Answer[]) =>
  answers.map((answer) => ({ ...answer, statusAt: answer.statusAt === null ? null : answer.statusAt + 15_000 }));

test('our clock is ahead where most Difusores at work say so, and not by the word of one', async (t) => {
  const both = [says('a', 6 * 3_600_000), says('b', 6 * 3_600_000)];
  t.deepEqual(await heeded(both, 2, later(both)), { voices: ['a', 'b'], asked: 1 });
  t.deepEqual(await heeded(both, 4, later(both)), { voices: [], asked: 0 }, 'half is not most');
  t.deepEqual(await heeded(both.slice(0, 1), 1, later(both)), { voices: [], asked: 0 });
  t.deepEqual(await heeded(both, 2, later(both), 'a'), { voices: [], asked: 0 }, 'a person decided not to heed it');
  const many = [says('a', 2 * LIMIT), says('a', 2 * LIMIT, 'web2')];
  t.deepEqual(await heeded(many, 1, later(many)), { voices: [], asked: 0 }, 'a Difusor has one voice');
});

test('a clock that is a little behind, or ahead, or of one node of two says nothing', async (t) => {
  const near = [says('a', LIMIT), says('b', -6 * 3_600_000), says('c', null)];
  t.deepEqual(await heeded(near, 2), { voices: [], asked: 0 });
  // A status is written every 15 s: these nodes' clocks are within the limit, and they take our hour.
  const old = [says('a', LIMIT + 15_000), says('b', LIMIT + 15_000)];
  t.deepEqual(await heeded(old, 2, later(old)), { voices: [], asked: 0 });
  const far = [says('a', LIMIT + 17_000), says('b', LIMIT + 17_000)];
  t.is((await heeded(far, 2)).asked, 1);
  const other = [says('a', 2 * LIMIT), says('b', 2 * LIMIT), says('a', 1000, 'web2')];
  t.deepEqual(await heeded(other, 2), { voices: [], asked: 0 });
});

test('the last hour of a daemon that is off is none', async (t) => {
  const off = [says('a', 86_400_000), says('b', 86_400_000)];
  t.deepEqual(await heeded(off, 2), { voices: [], asked: 1 });
  t.deepEqual(await heeded(off, 2, [...later(off.slice(0, 1)), ...off.slice(1)]), { voices: [], asked: 1 });
});

const PERIOD = 600_000;

/** Difusores of some nodes each, the reports of their couriers, and what the watch says of the newest corte. */
function watching(nodes: Readonly<Record<string, number>>) {
  const clock = { elapsed: 0 };
  const watch = newClockWatch(() => clock.elapsed);
  const made = Object.entries(nodes).map(([name, count]) => ({
    name,
    node: Array.from({ length: count }, (_, i) => ({ name: `web${i + 1}` })),
  }));
  const difusores = made as unknown as Difusor[];
  return {
    clock,
    difusores,
    report: (difusor: string, code: 'time-future' | 'unreachable' | null, number: number | null = 2, node = 'web1'): void => {
      const target = { difusor, node } as NodeTarget;
      const trouble = code && { code, detail: said('') };
      watch.heard({ target, outcome: code === null ? 'up-to-date' : 'refused', number, trouble, bytes: 0, seconds: 0 });
    },
    verdict: (head: number, overruled: readonly string[] = [], some = difusores): string => {
      try {
        watch.requireTaken({ head, phase: { period_seconds: PERIOD / 1000 } as Phase }, some, new Set(overruled));
        return 'free';
      } catch (error) {
        if (error instanceof Trouble) return error.code;
        throw error;
      }
    },
  };
}

test('nodes that refuse our hour say the same, until they are brought something again', (t) => {
  const { report, verdict } = watching({ a: 1, b: 1, c: 1 });
  report('a', 'time-future');
  t.is(verdict(3), 'free');
  report('b', 'time-future');
  t.is(verdict(3), 'iec-clock');
  t.is(verdict(3, ['a']), 'free');
  report('a', 'unreachable', null);
  t.is(verdict(3), 'iec-clock', 'who is silent has not taken it back');
  report('a', null, 3);
  t.is(verdict(3), 'free');
});

test('a Difusor of which one node took the newest corte does not refuse its hour, whatever the other one says', (t) => {
  const { report, verdict } = watching({ a: 2, b: 2, c: 1 });
  for (const name of ['a', 'b']) {
    report(name, null, 3);
    report(name, 'time-future', 2, 'web2');
  }
  report('c', null, 3);
  t.is(verdict(3), 'free');
  for (const name of ['a', 'b', 'c']) report(name, 'time-future', 3);
  t.is(verdict(4), 'iec-clock', 'an older one is not the newest');
});

test('who left the configuration, and who has not refused it again for two periods, does not hold it up', (t) => {
  const { report, verdict, clock, difusores } = watching({ a: 1, b: 1, c: 1, d: 1 });
  for (const name of ['a', 'b', 'c']) report(name, 'time-future');
  t.is(verdict(3), 'iec-clock');
  t.is(verdict(3, [], difusores.slice(2)), 'free');
  clock.elapsed = 2 * PERIOD;
  for (const name of ['a', 'b', 'c']) report(name, 'unreachable', null);
  t.is(verdict(3), 'iec-clock');
  clock.elapsed += 1;
  t.is(verdict(3), 'free');
  for (const name of ['a', 'b', 'c']) report(name, 'time-future');
  t.is(verdict(3), 'iec-clock', 'who refuses it again does');
});
