import test from 'ava';
import type { Passes, Result } from '../../src/espejo/pass.ts';
import { type EspejoEvent, runEspejo } from '../../src/espejo/run.ts';
import { Trouble } from '../../src/espejo/trouble.ts';
import { said } from '../../src/format/said.ts';
import { espejoConfig } from '../kit/s3.ts';

/** The service around the passes: what it tells, and that nothing ends it but the signal. */

const result = (outcome: Result['outcome'], changes: Partial<Result> = {}): Result => ({
  outcome,
  phase: 'jornada',
  shows: 'corte',
  number: 1,
  uploaded: 0,
  copied: 0,
  checked: 0,
  repaired: 0,
  removed: [],
  spent: { requests: 1, lists: 0, puts: 0, copies: 0, bytes: 0 },
  ...changes,
});

test('each trouble is told once, the end of it too, and the work goes on', async (t) => {
  const credentials = new Trouble('credentials', said('x'));
  const script: (Result | Error)[] = [
    result('published'),
    result('same'),
    credentials,
    credentials,
    new Trouble('moved', said('x')),
    new Error('EIO'),
    result('behind'),
    result('behind'),
    result('same', { repaired: 2 }),
  ];
  const stop = new AbortController();
  const passes: Passes = {
    pass() {
      const next = script.shift();
      if (script.length === 0) stop.abort();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? result('same'));
    },
  };
  const told: string[] = [];
  const statuses: string[] = [];
  const supervisor = {
    ready: () => Promise.resolve(),
    status: (line: string) => Promise.resolve(void statuses.push(line)),
    stopping: () => Promise.resolve(void statuses.push('stopping')),
    watchdogMs: null,
    alive: () => Promise.resolve(),
  };
  const heard = (event: EspejoEvent) => void told.push('code' in event ? `${event.event} ${event.code}` : event.event);
  const config = espejoConfig(
    { endpoint: 'http://127.0.0.1:9/', site: new URL('http://127.0.0.1:9/') },
    { state: '/nonexistent', anchor: '' },
  );
  const plan = { config: { ...config, every_seconds: 0 }, passes, supervisor, heard, random: () => 0.5, retryMs: [1, 4] as const };
  await runEspejo(plan, stop.signal);
  t.deepEqual(told, ['published', 'trouble credentials', 'trouble Error', 'well-again', 'behind', 'repaired']);
  t.is(statuses[0], 'jornada: corte, corte 1');
  t.is(statuses.at(-1), 'stopping');
});
