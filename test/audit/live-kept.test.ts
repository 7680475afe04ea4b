import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { officialAhead } from '../../src/audit/check/official-ahead.ts';
import { toneOf } from '../../src/page/tone.ts';
import { check } from '../../src/page/whole-check.ts';
import { filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { cotejo } from '../kit/command.ts';
import { makeTrust, NOW } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** `audit live` with a chain that can't be had whole, as from the very site that is checked: what was found is told. */

const good = goodChain();
const ALTERED = new Map(Object.entries(good.jornada[4].content)).set('index.html', Buffer.from('<!doctype html>otro ganador'));

/** How the command judges an altered front, with a chain over HTTP that answers so. @param count how often it was begun */
async function altered(
  t: ExecutionContext,
  chainAs: (path: string, count: number, honest: Answering) => Answering,
  ...more: string[]
) {
  const files = filesOf(good);
  const { anchor } = await writeFiles(await makeFolder(t), files);
  const site = await serve(t, serving(ALTERED));
  const honest = serving(files);
  let count = 0;
  const chain = await serve(t, (request, response) => {
    const path = (request.url ?? '').slice(1);
    if (path === 'index.json') count += 1;
    chainAs(path, count, honest)(request, response);
  });
  const args = ['audit', 'live', site.href, '--chain', chain.href, '--anchor', anchor, '--json', ...more];
  const { status, stdout, stderr } = await cotejo(args);
  return { status, live: JSON.parse(stdout), stderr };
}

const busy: Answering = (_, response) => response.writeHead(503).end();

test('an alteration is told where an older list can not be had', async (t) => {
  const { status, live } = await altered(t, (path, _, honest) => (path === 'jornada/000004/SHA256SUMS' ? busy : honest));
  t.is(status, 1);
  t.like(live, { altered: ['index.html'], unread: [4] });
});

test('an older list that is another than the one that was signed is told beside the alteration', async (t) => {
  const { status, live } = await altered(t, (path, _, honest) =>
    path === 'jornada/000004/SHA256SUMS' ? (_r, response) => response.end(`${'a'.repeat(64)}  index.html\n`) : honest,
  );
  t.is(status, 1);
  t.like(live, { altered: ['index.html'], refused: { phase: 'jornada', number: 4 } });
});

test('an alteration is told where the chain is gone, or broken, when it is read again', async (t) => {
  const gone = await altered(t, (_, count, honest) => (count > 1 ? busy : honest));
  t.is(gone.status, 1, gone.stderr);
  t.like(gone.live, { number: 5, altered: ['index.html'] });
  const broken = await altered(t, (path, count, honest) =>
    count > 1 && /000005\/corte\.json$|historia/.test(path) ? (_r, response) => response.end('{}\n') : honest,
  );
  t.is(broken.status, 1, broken.stderr);
  t.like(broken.live, { altered: ['index.html'], refused: { phase: 'jornada', number: 5 } });
});

test('what was found is told where the presentation beside it can not be looked at, for whatever reason', async (t) => {
  const forged: Answering = (_, response) => response.end(`${'a'.repeat(64)}  index.html\n`);
  for (const [answer, refused] of [
    [busy, undefined],
    [forged, { phase: 'jornada', number: null }],
  ] as const) {
    let lists = 0;
    const { status, live } = await altered(
      t,
      (path, _, honest) => (path === 'jornada/000005/SHA256SUMS' && ++lists > 1 ? answer : honest),
      '--presentacion',
      'tablero',
    );
    t.is(status, 1);
    t.like(live, { altered: ['index.html'] });
    if (refused) t.like(live.refused, refused);
    else t.false('refused' in live);
  }
});

test('the page tells an alteration though an older list can not be had, and accuses nobody who may show that corte', async (t) => {
  const all = new Map([...ALTERED, ...[...filesOf(good)].map(([path, bytes]) => [`cotejo/chain/${path}`, bytes] as const)]);
  const honest = serving(all);
  const site = await serve(t, (request, response) =>
    (request.url === '/cotejo/chain/jornada/000004/SHA256SUMS' ? busy : honest)(request, response),
  );
  const plan = { chain: new URL('cotejo/chain/', site), site, pin: { kind: 'none' }, sampling: 'all' } as const;
  const at = async (hour: string) => {
    const findings = await check(
      plan,
      new AbortController().signal,
      () => Date.parse(hour),
      () => {},
    );
    t.like(findings, { stop: null, live: { altered: ['index.html'], unread: [4] } });
    return toneOf(findings, true);
  };
  t.is(await at('2018-07-01T19:45:00-05:00'), 'unknown');
  const stale = good.jornada[3].statement.taken_at;
  t.is(await at(new Date(Date.parse(stale) + 40 * 60_000).toISOString()), 'bad');
});

test('a chain of a drill’s day accuses nobody who shows the official phase, unless its drill is named', async (t) => {
  const { chain, anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  await rm(join(chain, 'jornada'), { recursive: true });
  await rm(join(chain, 'index.json'));
  const site = await serve(t, serving(new Map(Object.entries(good.jornada[4].content))));
  const args = ['audit', 'live', site.href, '--chain', chain, '--anchor', anchor, '--json'];
  const unnamed = await cotejo(args);
  t.is(unnamed.status, 3, unnamed.stderr);
  t.is(JSON.parse(unnamed.stdout).phase, 'simulacro-1');
  t.is((await cotejo([...args, '--phase', 'simulacro-1'])).status, 1);
});

const [drill, official] = makeTrust().phases;

test('an official phase counts from when it opens', (t) => {
  t.is(officialAhead([drill!, official!], drill!, NOW), 'jornada');
  t.is(officialAhead([drill!, official!], drill!, Date.parse(official!.opens_at) - 1), null);
  t.is(officialAhead([drill!, official!], official!, NOW), null);
});
