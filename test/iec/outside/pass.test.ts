import test from 'ava';
import { said } from '../../../src/format/said.ts';
import { NO_MEMORY } from '../../../src/iec/outside/look.ts';
import { lookAtAll } from '../../../src/iec/outside/pass.ts';
import type { Sight } from '../../../src/iec/record/seen.ts';
import type { Difusor } from '../../../src/iec/setup/config.ts';

/** One pass over all sites. @param looks what each site's looks see, one after the other */
async function pass(looks: Readonly<Record<string, readonly Sight[]>>) {
  const asked = new Map<string, number>();
  let waits = 0;
  const difusores = Object.keys(looks).map((name) => ({ name }) as Difusor);
  const seen = await lookAtAll(
    difusores,
    ({ name }) => {
      const nth = asked.get(name) ?? 0;
      asked.set(name, nth + 1);
      const state = looks[name]![nth]!;
      const nothing = { number: null, taken_at: null, shows: null, receipt: null };
      return Promise.resolve({ seen: { state, detail: said(state), ...nothing }, memory: NO_MEMORY, signed: null });
    },
    () => {
      waits += 1;
      return Promise.resolve();
    },
    () => {},
  );
  return { states: seen.map(({ state }) => state), waits };
}

test('what is bad is looked at once more after a wait, and the second look counts', async (t) => {
  t.deepEqual(await pass({ uno: ['al-dia'], dos: ['sin-apuntador'] }), { states: ['al-dia', 'sin-apuntador'], waits: 0 });
  const mixed = await pass({ uno: ['mezcla', 'al-dia'], dos: ['alterado', 'alterado'], tres: ['espera'] });
  t.deepEqual(mixed, { states: ['al-dia', 'alterado', 'espera'], waits: 1 });
});

test('where nothing can be seen it is the IEC’s own way out; a single site that can not be seen is told', async (t) => {
  const twice = (state: Sight) => [state, state];
  const all = await pass({ uno: twice('sin-nombre'), dos: twice('bloqueado') });
  t.deepEqual(all.states, ['falla-del-iec', 'falla-del-iec']);
  t.deepEqual((await pass({ uno: twice('sin-nombre') })).states, ['sin-nombre']);
  t.deepEqual((await pass({ uno: twice('sin-nombre'), dos: ['al-dia'] })).states, ['sin-nombre', 'al-dia']);
});

test('where the IEC’s own record can’t be read, no site is looked at any more', async (t) => {
  const difusores = Array.from({ length: 50 }, (_, i) => ({ name: `d${i}` }) as Difusor);
  let looks = 0;
  const fails = () => {
    looks += 1;
    return Promise.reject(new Error('EIO'));
  };
  await t.throwsAsync(
    lookAtAll(
      difusores,
      fails,
      () => Promise.resolve(),
      () => {},
    ),
    { message: 'EIO' },
  );
  await new Promise(setImmediate); // all that is ready by now has run
  t.true(looks < difusores.length, `${looks}`);
});
