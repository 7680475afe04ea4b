import test from 'ava';
import { said } from '../../../src/format/said.ts';
import type { Glance } from '../../../src/iec/outside/look.ts';
import { type Lookout, newLookout } from '../../../src/iec/outside/lookout.ts';
import type { NightEvent } from '../../../src/iec/record/bitacora.ts';
import type { ChainView } from '../../../src/iec/record/chain-view.ts';
import type { Sight } from '../../../src/iec/record/seen.ts';
import type { Difusor } from '../../../src/iec/setup/config.ts';

/** When the IEC looks, and what it believes, with a clock that the test sets. */

const VIEW = { phase: { period_seconds: 600 } } as unknown as ChainView;
const NOBODY = { number: null, taken_at: null, shows: null, receipt: null } as const;

interface Stage {
  readonly lookout: Lookout;
  now: number;
  /** what each site is like; a promise holds its look up */
  readonly sites: Map<string, Sight | Promise<Sight>>;
  readonly looks: string[];
  readonly saw: string[];
  readonly events: NightEvent[];
  /** Lets so many seconds pass, a beat for each. */
  pass(seconds: number, names?: readonly string[]): Promise<void>;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function begin(names: readonly string[], failing: ReadonlySet<string> = new Set()): Stage {
  const [looks, saw, events]: [string[], string[], NightEvent[]] = [[], [], []];
  const stage = {
    now: 0,
    sites: new Map<string, Sight | Promise<Sight>>(names.map((name) => [name, 'al-dia'])),
    looks,
    saw,
    events,
  };
  const lookout = newLookout({
    async look({ name }, _view, memory): Promise<Glance> {
      looks.push(`${stage.now / 1000} ${name}`);
      if (failing.has(name)) throw new Error('the disk is away');
      const state = await stage.sites.get(name)!;
      return { seen: { state, detail: said(state), ...NOBODY }, memory, signed: null };
    },
    saw: ({ name }, { state }) => void saw.push(`${name} ${state}`),
    tell: (event) => void events.push(event),
    now: () => stage.now,
    random: () => 0.5,
  });
  return Object.assign(stage, {
    lookout,
    async pass(seconds: number, who: readonly string[] = names) {
      const difusores = who.map((name) => ({ name, url: `https://${name}.example/` }) as Difusor);
      for (let i = 0; i < seconds; i++) {
        stage.now += 1000;
        lookout.beat(stage.now, difusores, VIEW);
        await settled();
      }
    },
  });
}

test('each site is looked at once a minute, and one that never answers holds up no other', async (t) => {
  const stage = begin(['uno', 'dos']);
  stage.sites.set('uno', new Promise(() => {}));
  await stage.pass(200);
  t.is(stage.looks.filter((look) => look.endsWith('uno')).length, 1);
  t.is(stage.looks.filter((look) => look.endsWith('dos')).length, 4);
  t.deepEqual(new Set(stage.saw), new Set(['dos al-dia']));
});

test('what is bad is believed when a second look, soon after, sees the same', async (t) => {
  const stage = begin(['uno', 'dos', 'tres']);
  await stage.pass(10);
  stage.sites.set('uno', 'mezcla');
  await stage.pass(60);
  t.true(
    stage.saw.every((one) => one.endsWith('al-dia')),
    'one look proves nothing: a corte may just have been replaced',
  );
  await stage.pass(21);
  t.true(stage.saw.includes('uno mezcla'));
  stage.sites.set('uno', 'al-dia');
  await stage.pass(70);
  t.is(
    stage.saw.findLast((one) => one.startsWith('uno')),
    'uno al-dia',
    'what is good is believed at once',
  );
});

test('a site that is bad in several ways in turn is believed to be bad', async (t) => {
  const inTurn = async (...states: readonly [Sight, Sight]) => {
    const stage = begin(['uno', 'dos']);
    await stage.pass(10);
    for (let i = 0; i < 20; i++) {
      stage.sites.set('uno', states[i % 2]!);
      const { length } = stage.looks.filter((look) => look.endsWith('uno'));
      while (stage.looks.filter((look) => look.endsWith('uno')).length === length) await stage.pass(1);
    }
    return stage.saw.filter((one) => one.startsWith('uno') && !one.endsWith('al-dia')).length;
  };
  t.is(await inTurn('alterado', 'mezcla'), 19);
  t.is(await inTurn('falla-del-servidor', 'sin-respuesta'), 19);
  t.is(await inTurn('sin-respuesta', 'alterado'), 18, 'a server that failed once makes no second look at what is altered');
});

test('what the IEC could not see is no first look at what is bad', async (t) => {
  const stage = begin(['uno', 'dos', 'tres']);
  await stage.pass(10);
  for (const state of ['falla-del-iec', 'mezcla', 'al-dia'] as const) {
    stage.sites.set('uno', state);
    const { length } = stage.looks.filter((look) => look.endsWith('uno'));
    while (stage.looks.filter((look) => look.endsWith('uno')).length === length) await stage.pass(1);
  }
  t.true(stage.saw.every((one) => one.endsWith('al-dia')));
});

test('what failed on the IEC’s own way out is no first look at anything, whatever a site shows once it is over', async (t) => {
  const names = ['uno', 'dos', 'tres', 'cuatro'];
  /** @param lasts seconds from when it was found out */
  const afterwards = async (lasts: number, state: Sight) => {
    const stage = begin(names);
    await stage.pass(70);
    for (const name of names) stage.sites.set(name, 'sin-conexion');
    while (stage.events.length === 0 && stage.now < 300_000) await stage.pass(1);
    t.is(stage.events.at(-1)?.event, 'outside-blind');
    await stage.pass(lasts);
    const { length } = stage.looks;
    for (const name of names) stage.sites.set(name, state);
    // Each is looked at once, and then is well again.
    while (names.some((name) => stage.sites.get(name) === state)) {
      await stage.pass(1);
      for (const look of stage.looks.slice(length)) stage.sites.set(look.split(' ')[1]!, 'al-dia');
    }
    await stage.pass(100);
    t.is(stage.events.at(-1)?.event, 'outside-sees');
    return stage.saw.filter((one) => !one.endsWith('al-dia') && !one.endsWith('falla-del-iec'));
  };
  for (const state of ['alterado', 'atrasado', 'sin-publicacion'] as const) t.deepEqual(await afterwards(120, state), [], state);
  t.deepEqual(await afterwards(0, 'atrasado'), [], 'nor is the look by which it was found out');
});

test('a site that does not come back with the others is believed to be gone when two looks after it say so', async (t) => {
  const names = ['uno', 'dos', 'tres', 'cuatro'];
  const stage = begin(names);
  await stage.pass(70);
  for (const name of names) stage.sites.set(name, 'sin-conexion');
  await stage.pass(180);
  for (const name of names.slice(1)) stage.sites.set(name, 'al-dia');
  const after = stage.looks.length;
  while (!stage.saw.includes('uno sin-conexion') && stage.now < 600_000) await stage.pass(1);
  t.true(stage.saw.includes('uno sin-conexion'));
  const ended = stage.looks.findIndex((look, i) => i >= after && !look.endsWith('uno'));
  t.is(stage.looks.slice(ended).filter((look) => look.endsWith('uno')).length, 2);
});

test('a clock that is put back hours makes no site wait for the old hour', async (t) => {
  const stage = begin(['uno', 'dos']);
  stage.now = 6 * 3_600_000;
  await stage.pass(130);
  stage.now -= 6 * 3_600_000;
  stage.looks.length = 0;
  stage.sites.set('uno', 'sin-conexion');
  await stage.pass(100);
  t.true(stage.looks.filter((look) => look.endsWith('uno')).length >= 2);
  t.true(stage.looks.filter((look) => look.endsWith('dos')).length >= 2);
  t.true(stage.saw.includes('uno sin-conexion'));
});

test('one site that can not be seen is told, while the others are seen', async (t) => {
  const stage = begin(['uno', 'dos', 'tres']);
  await stage.pass(20);
  stage.sites.set('uno', 'sin-conexion');
  await stage.pass(120);
  t.true(stage.saw.includes('uno sin-conexion'));
  t.false(stage.saw.some((one) => one.endsWith('falla-del-iec')));
  t.deepEqual(stage.events, []);
});

test('where no site can be seen at once it is the IEC’s own way out, told once, and nobody is blamed', async (t) => {
  const names = Array.from({ length: 12 }, (_, i) => `difusor-${i}`);
  const stage = begin(names);
  await stage.pass(70);
  for (const name of names) stage.sites.set(name, name.endsWith('3') ? 'certificado' : 'sin-respuesta');
  await stage.pass(180);
  t.deepEqual(
    stage.saw.filter((one) => !one.endsWith('al-dia') && !one.endsWith('falla-del-iec')),
    [],
  );
  t.true(names.every((name) => stage.saw.includes(`${name} falla-del-iec`)));
  for (const name of names) stage.sites.set(name, 'al-dia');
  await stage.pass(120);
  t.deepEqual(
    stage.events.map(({ event }) => event),
    ['outside-blind', 'outside-sees'],
  );
});

test('with two sites, of which neither can be seen, nobody is blamed either', async (t) => {
  const stage = begin(['uno', 'dos']);
  await stage.pass(70);
  for (const name of ['uno', 'dos']) stage.sites.set(name, 'sin-nombre');
  await stage.pass(180);
  t.false(
    stage.saw.some((one) => one.endsWith('sin-nombre')),
    stage.saw.join(),
  );
});

test('a record that can not be read is told once, and looked at again a minute later', async (t) => {
  const stage = begin(['uno'], new Set(['uno']));
  await stage.pass(150);
  t.is(stage.looks.length, 3);
  t.deepEqual(
    stage.events.map(({ event }) => event),
    ['outside-trouble'],
  );
});

test('who is no longer configured is not looked at, and a look that ends after that is not told', async (t) => {
  const stage = begin(['uno', 'dos']);
  let answer: (state: Sight) => void = () => {};
  stage.sites.set('uno', new Promise((resolve) => (answer = resolve)));
  await stage.pass(10);
  await stage.pass(2, ['dos']);
  answer('al-dia');
  await stage.pass(5, ['dos']);
  t.false(stage.saw.some((one) => one.startsWith('uno')));
  await stage.lookout.end();
  const { length } = stage.looks;
  await stage.pass(100);
  t.is(stage.looks.length, length);
});
