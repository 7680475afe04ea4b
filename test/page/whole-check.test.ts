import test, { type ExecutionContext } from 'ava';
import { kindOf } from '../../src/page/steps/steps.ts';
import { toneOf } from '../../src/page/tone.ts';
import { check } from '../../src/page/whole-check.ts';
import { type Files, filesOf, goodChain } from '../kit/broken-chains.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** The page's check of a site whose chain is another one each time that it is read: what was found is not lost. */

const good = goodChain();
const SOON_AFTER = Date.parse('2018-07-01T19:45:00-05:00');
const pagesOf = (n: 3 | 4): Files => new Map(Object.entries(good.jornada[n].content));
const forged = (pages: Files): Files => new Map(pages).set('index.html', Buffer.from('<!doctype html>otro ganador'));
const whole = filesOf(good);
/** The chain before its newest corte, without an index, which only says where to begin. */
const before: Files = new Map([...whole].filter(([path]) => path !== 'index.json' && !path.startsWith('jornada/000005/')));
const now: Files = new Map([...whole].filter(([path]) => path !== 'index.json'));
const busy: Answering = (_, response) => response.writeHead(503).end();

/** What a site shows, also by how often its chain was begun; null where it is gone. */
type Pages = Files | ((begun: number) => Files | null);

/** The chain one time that it is begun to be read; where the server is busy, or the reader cancels then. */
type Chain = Files | 'busy' | 'cancelled';

/** Checks a site with the chain as these say, one for each time that it is begun to be read; the last one for all others. */
function checked(t: ExecutionContext, pages: Pages, ...chains: readonly Chain[]) {
  return checkedAt(t, SOON_AFTER, pages, ...chains);
}

/** @param hour of the reader's clock, ms */
async function checkedAt(t: ExecutionContext, hour: number, pages: Pages, ...chains: readonly Chain[]) {
  let begun = 0;
  const reader = new AbortController();
  const site = await serve(t, (request, response) => {
    const path = (request.url ?? '').slice(1);
    const isChain = path.startsWith('cotejo/chain/');
    if (path === 'cotejo/chain/index.json') begun += 1;
    const chain = chains[Math.min(begun, chains.length) - 1];
    if (chain === 'cancelled') reader.abort(new Error('the reader cancels'));
    const files = isChain ? chain : typeof pages === 'function' ? pages(begun) : pages;
    if (!files || typeof files === 'string') return busy(request, response);
    request.url = isChain ? path.slice('cotejo/chain'.length) : request.url;
    return serving(files)(request, response);
  });
  const plan = { chain: new URL('cotejo/chain/', site), site, pin: { kind: 'none' }, sampling: 'all' } as const;
  const found = await check(
    plan,
    reader.signal,
    () => hour,
    () => {},
  );
  return { found, tone: toneOf(found, true), kind: kindOf(found, null) };
}

test('a corte that came meanwhile is compared', async (t) => {
  const { found, tone } = await checked(t, pagesOf(4), before, now);
  t.is(tone, 'good');
  t.is(found.live?.number, 5);
});

test('what was found stands, and is not sure, where the site is gone when a newer corte is there', async (t) => {
  const { found, tone } = await checked(t, (begun) => (begun > 2 ? null : forged(pagesOf(3))), before, now);
  t.like(found, { live: { number: 4, altered: ['index.html'] }, stop: { kind: 'web' } });
  t.is(tone, 'unknown');
});

test('who shows the next corte is not accused where the chain can not be read again when that one is due', async (t) => {
  for (const chain of ['busy', new Map<string, Buffer>()] as const) {
    const { found, tone, kind } = await checked(t, pagesOf(4), before, chain);
    t.like(found, { live: { number: 4 }, mayBeNewer: true });
    t.deepEqual([tone, kind], ['unknown', 'network'], 'and nobody is sent to report it');
  }
  const early = Date.parse(good.jornada[3].statement.taken_at) + 4 * 60_000;
  t.is((await checkedAt(t, early, pagesOf(3).set('index.html', Buffer.from('otro')), before, 'busy')).tone, 'bad');
});

test('a reader who cancels while the site is compared again is told nothing of it', async (t) => {
  for (const chains of [[before, 'cancelled'] as const, [before, now, 'cancelled'] as const]) {
    const { found, tone, kind } = await checked(t, pagesOf(4), ...chains);
    t.like(found, { live: null, stop: { kind: 'cancelled' } });
    t.deepEqual([tone, kind], ['unknown', null]);
  }
});

test('who shows a corte that came after the last look, or that a chain has only now and then, is not accused', async (t) => {
  const { found, tone } = await checked(t, pagesOf(4), before, now, before);
  t.like(found, { live: { number: 4 }, mayBeNewer: true });
  t.is(tone, 'unknown');
  const until = (n: number): Files =>
    new Map([...now].filter(([path]) => !/^jornada\/00000([345])/.test(path) || path < `jornada/00000${n + 1}`));
  const late = await checked(t, pagesOf(4), until(3), before, before, now);
  t.like(late.found, { live: { number: 4 }, mayBeNewer: true });
  t.is(late.tone, 'unknown');
});

test('a chain that goes back makes no older corte the newest', async (t) => {
  const { found, tone, kind } = await checked(t, pagesOf(3), now, before);
  t.is(found.live?.number, 5);
  t.deepEqual([tone, kind], ['bad', 'altered']);
});

test('a chain that has a drill alone accuses nobody who shows the official phase', async (t) => {
  const drill: Files = new Map([...now].filter(([path]) => !path.startsWith('jornada/')));
  const hour = Date.parse(good.simulacro[0].statement.taken_at) + 60_000;
  const { found, tone, kind } = await checkedAt(t, hour, pagesOf(4), drill);
  t.like(found, { expected: 'corte', live: { phase: 'simulacro-1' } });
  t.deepEqual([tone, kind], ['unknown', 'network']);
});
