import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../src/command/main.ts';
import { EXIT, type ProcessSurroundings, shellOver } from '../../src/terminal/shell.ts';
import { type Files, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { makeFolder } from '../kit/folders.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** `audit live` while the chain goes on, by an hour that is given: who shows a newer corte than was compared is not accused. */

const good = goodChain();
const whole = filesOf(good);
const before: Files = new Map([...whole].filter(([path]) => path !== 'index.json' && !path.startsWith('jornada/000005/')));
const busy: Answering = (_, response) => response.writeHead(503).end();
const MINUTE = 60_000;
const TAKEN = Date.parse(good.jornada[3].statement.taken_at);

/** How a site that shows corte 5 is judged with a chain up to 4 that is busy from when it is begun to be read again. */
async function lost(
  t: ExecutionContext,
  hour: number,
  pages: Answering = serving(new Map(Object.entries(good.jornada[4].content))),
) {
  const { anchor } = await writeFiles(await makeFolder(t), whole);
  const site = await serve(t, pages);
  let begun = 0;
  const chain = await serve(t, (request, response) => {
    if (request.url === '/index.json') begun += 1;
    (begun > 1 ? busy : serving(before))(request, response);
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const shell = shellOver({ ...process, stdout, stderr, env: {}, cwd: '/', now: () => hour } as unknown as ProcessSurroundings);
  const args = ['audit', 'live', site.href, '--chain', chain.href, '--anchor', anchor, '--json'];
  const status = EXIT[await run(args, shell)];
  return { status, live: JSON.parse(Buffer.concat(await stdout.end().toArray()).toString()) };
}

test('a site with the next corte is not accused where the chain can not be read again when that one is due', async (t) => {
  const due = await lost(t, TAKEN + 10 * MINUTE);
  t.is(due.status, 3);
  t.like(due.live, { number: 4, shows: 'corte' });
  t.true(due.live.altered.includes('index.html'));
  t.is((await lost(t, TAKEN + 4 * MINUTE)).status, 1);
});
