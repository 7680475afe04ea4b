import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../src/command/main.ts';
import { TEMPLATE_SUMS } from '../../src/format/template.ts';
import { EXIT, type ProcessSurroundings, shellOver } from '../../src/terminal/shell.ts';
import { type Files, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { makeFolder } from '../kit/folders.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** `audit live` while the chain goes on, by an hour that is given: who shows a newer corte than was compared is not accused. */

const good = goodChain();
const whole = filesOf(good);
/** The chain when it had so many cortes, without an index, which only says where to begin. */
const until = (n: number): Files =>
  new Map([...whole].filter(([path]) => path !== 'index.json' && Number(/^jornada\/(\d+)/.exec(path)?.[1] ?? 0) <= n));
const busy: Answering = (_, response) => response.writeHead(503).end();
const MINUTE = 60_000;
const TAKEN = Date.parse(good.jornada[3].statement.taken_at);

/**
 * How a site that shows corte 5 is judged by a chain that has so many cortes each time that it is begun to be read; null where
 * it is busy.
 */
function judged(t: ExecutionContext, hour: number, ...chains: readonly (number | null)[]) {
  return judgedOf(t, hour, serving(new Map(Object.entries(good.jornada[4].content))), chains);
}

async function judgedOf(
  t: ExecutionContext,
  hour: number,
  pages: Answering,
  chains: readonly (number | null)[],
  ...more: readonly string[]
) {
  const { anchor } = await writeFiles(await makeFolder(t), whole);
  const site = await serve(t, pages);
  let begun = 0;
  const chain = await serve(t, (request, response) => {
    if (request.url === '/index.json') begun += 1;
    const number = chains[Math.min(begun, chains.length) - 1] ?? null;
    (number === null ? busy : serving(until(number)))(request, response);
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const shell = shellOver({ ...process, stdout, stderr, env: {}, cwd: '/', now: () => hour } as unknown as ProcessSurroundings);
  const args = ['audit', 'live', site.href, '--chain', chain.href, '--anchor', anchor, '--json', ...more];
  const status = EXIT[await run(args, shell)];
  return { status, live: JSON.parse(Buffer.concat(await stdout.end().toArray()).toString()) };
}

test('a site with the next corte is not accused where the chain can not be read again when that one is due', async (t) => {
  const due = await judged(t, TAKEN + 10 * MINUTE, 4, null);
  t.is(due.status, 3);
  t.like(due.live, { number: 4, shows: 'corte' });
  t.true(due.live.altered.includes('index.html'));
  t.is((await judged(t, TAKEN + 4 * MINUTE, 4, null)).status, 1);
});

test('a site with a corte that came after the last look is not accused', async (t) => {
  const { status, live } = await judged(t, TAKEN + 10 * MINUTE, 2, 3, 4, 5);
  t.is(status, 3);
  t.is(live.number, 4);
});

test('a presentation that the next corte may allow is not accused where the chain can not be read again', async (t) => {
  const files = new Map<string, Buffer | string>(Object.entries(good.jornada[3].content));
  files.set(`cotejo/presentacion/tablero/${TEMPLATE_SUMS}`, `${'a'.repeat(64)}  index.html\n`);
  const at = (hour: number) => judgedOf(t, hour, serving(files), [4, null], '--presentacion', 'tablero');
  const due = await at(TAKEN + 10 * MINUTE);
  t.like(due, { status: 3, live: { number: 4, presentacion: { verdict: 'not-authorised' } } });
  t.is((await at(TAKEN + 4 * MINUTE)).status, 1);
});
