import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { said } from '../../../src/format/said.ts';
import { formatTime } from '../../../src/format/time.ts';
import { writePanel } from '../../../src/iec/panel/panel.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { type AutoridadEstado, writeSellar } from '../../../src/iec/sellar/estado.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { makeFolder } from '../../kit/folders.ts';
import { requires } from '../../kit/requires.ts';
import { makeWall, TEN, WALL_NOW } from './wall.ts';

/** What the war room sees of the authorities that vouch for the hours. */

const pictures = process.env['COTEJO_PICTURES'];
const at = (minutesAgo: number) => formatTime(WALL_NOW - minutesAgo * 60_000, -300);
const well: AutoridadEstado = {
  name: 'dos',
  newest: 7,
  pending: 0,
  pending_other_phases: 0,
  failures: 0,
  silent_since: null,
  trouble: null,
  next_try: null,
  list_next_try: null,
};
const silent: AutoridadEstado = {
  ...well,
  name: 'uno',
  newest: 4,
  pending: 3,
  pending_other_phases: 0,
  failures: 5,
  silent_since: at(31),
  trouble: { code: 'status', detail: said('503') },
};

test.after.always(closeBrowser);

requires('chromium', ['chromium']).serial('all answer, one is silent, nobody asks, nobody has asked yet', async (t) => {
  const { config, ledger, page: file } = await makeWall(t, 12, TEN.slice(0, 3));
  const folder = await makeFolder(t);
  const sellar = { folder, autoridades: folder, autoridad: [] };
  const view = await viewChain(config.chain, config.phase);
  const shown = async () => {
    await writePanel({ ...config, sellar }, view, ledger, { now: WALL_NOW, keeper: 'run' });
    const text = await readFile(file, 'utf8');
    const [, kind, value] = /<li class="(\w+)"><strong>(◷[^<]*)<\/strong>/.exec(text) ?? [];
    const [, trouble = null] = /<p class="doubt">Sellos de tiempo: ([^<]*)<\/p>/.exec(text) ?? [];
    return [kind, value, trouble];
  };
  const estado = (minutesAgo: number, ...autoridades: AutoridadEstado[]) =>
    writeSellar(folder, { phase: 'jornada', at: at(minutesAgo), head: 7, autoridades });
  const clock = (minutesAgo: number) => at(minutesAgo).slice(11, 16);

  t.deepEqual(await shown(), ['falla', '◷ —', 'todavía nadie los pide. La noche sigue.']);
  await estado(0, { ...well, name: 'uno' }, well);
  t.deepEqual(await shown(), ['bien', '◷ 2/2', null]);
  await estado(11, { ...well, name: 'uno' }, well);
  t.deepEqual(await shown(), ['falla', '◷ —', `nadie los pide desde las ${clock(11)}. La noche sigue.`]);
  await estado(0, silent, well);
  const trouble = `la autoridad uno no da ninguno desde las ${clock(31)} (503). La noche sigue.`;
  t.deepEqual(await shown(), ['falla', '◷ 1/2', trouble]);

  await estado(0, { ...silent, trouble: { code: 'clocks', detail: said('20:10, 20:00') } }, well);
  const disagree = `de la autoridad uno, ninguno que cuente desde las ${clock(31)} (20:10, 20:00). La noche sigue.`;
  t.deepEqual(await shown(), ['falla', '◷ 1/2', disagree]);

  const unreadable = await makeFolder(t);
  await mkdir(join(unreadable, 'sellar.json'));
  await writePanel({ ...config, sellar: { ...sellar, folder: unreadable } }, view, ledger, { now: WALL_NOW, keeper: 'run' });
  t.regex(await readFile(file, 'utf8'), /<p class="doubt">Sellos de tiempo: no se pudo leer cómo van\. La noche sigue\.<\/p>/);
  await shown();

  for (const [name, viewport] of [
    ['wall', { width: 1920, height: 1080 }],
    ['phone', { width: 390, height: 844 }],
  ] as const) {
    const page = await newPage(t, { viewport });
    await page.goto(pathToFileURL(file).href);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name);
    if (!pictures) continue;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `sellos-${name}.png`) });
  }
});

test('without [sellar] the panel says nothing of tokens', async (t) => {
  const { page } = await makeWall(t, 2, []);
  t.notRegex(await readFile(page, 'utf8'), /◷|Sellos/);
});
