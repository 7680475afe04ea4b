import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { said } from '../../../src/format/said.ts';
import type { NightEvent } from '../../../src/iec/record/bitacora.ts';
import { callAbout } from '../../../src/iec/record/calls.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { openLedger } from '../../../src/iec/record/ledger.ts';
import type { Seen } from '../../../src/iec/record/seen.ts';
import { nodesOf } from '../../../src/iec/setup/config.ts';
import { NOW } from '../../kit/election.ts';
import { makeInstitute } from '../institute.ts';
import { configOf } from '../night-stage.ts';

/** What is remembered of a node: whether it was ever reached, and which trouble it has. */

const ID = 'vanguardia/web1';
const DOWN = { code: 'unreachable', detail: said('nobody there') } as const;

async function begin(t: ExecutionContext) {
  const institute = await makeInstitute(t);
  const config = configOf(institute, ['vanguardia']);
  const events: NightEvent[] = [];
  let now = NOW;
  const view = await viewChain(config.chain, config.phase);
  const open = () => openLedger(config.panel, view, { now: () => now, heard: (event) => void events.push(event) });
  const [target] = nodesOf(config);
  return {
    panel: config.panel,
    difusor: config.difusor[0]!,
    ledger: await open(),
    open,
    events,
    visit: (number: number | null) => ({
      target: target!,
      outcome: number === null ? ('failed' as const) : ('up-to-date' as const),
      number,
      trouble: number === null ? DOWN : null,
      bytes: 0,
      seconds: 0,
    }),
    later: (seconds: number) => void (now += seconds * 1000),
  };
}

test('a node that was tried and never reached is not well, in the record neither; one that answered is, before the first corte', async (t) => {
  const { ledger, visit, events, panel, open } = await begin(t);
  t.is(ledger.node(ID).standing.state, 'sin-contacto');
  ledger.report(visit(null));
  await ledger.save();
  const { nodes } = JSON.parse(await readFile(join(panel, 'estado.json'), 'utf8'));
  t.is(nodes[ID].standing.state, 'sin-contacto');
  ledger.report(visit(0));
  t.is(ledger.node(ID).standing.state, 'al-dia');
  ledger.report(visit(null));
  t.is(ledger.node(ID).standing.state, 'al-dia', 'what is counted from here on is the periods');
  await ledger.save();
  t.is((await open()).node(ID).standing.state, 'al-dia');
  t.deepEqual(
    events.map(({ event }) => event).filter((event) => event === 'reached' || event === 'state'),
    ['reached'],
  );
});

test('a trouble lasts from its first sign to its last, whatever it is called meanwhile; the next is another', async (t) => {
  const { ledger, visit, later, open } = await begin(t);
  const episode = () => ledger.node(ID).episode;
  ledger.report(visit(0));
  t.deepEqual(episode(), { count: 0, since: null });
  ledger.report(visit(null));
  const first = episode();
  t.deepEqual([first.count, typeof first.since], [1, 'string']);
  later(600);
  ledger.failed(ID, { period: 3, lacksSince: 3, cause: DOWN });
  ledger.looked(ID, NOW);
  ledger.report(visit(1));
  t.is(ledger.node(ID).trouble, null);
  t.deepEqual(episode(), first, 'a failed period and a silent daemon are the same trouble');
  await ledger.save();
  t.deepEqual((await open()).node(ID).episode, first, 'a restart changes nothing');
  ledger.succeeded(ID, 4);
  t.deepEqual(episode(), first);
  ledger.looked(ID, null);
  t.deepEqual(episode(), { count: 1, since: null });

  const call = { node: ID, episode: { count: 1, since: first.since! }, at: first.since!, note: '' };
  t.is(callAbout([call], ID, first), call);
  t.is(callAbout([call], ID, episode()), null, 'it has ended');
  ledger.report(visit(null)); // within the same second as the end
  t.is(episode().count, 2);
  t.is(callAbout([call], ID, episode()), null, 'another trouble needs another call');
  t.is(callAbout([{ ...call, episode: { ...call.episode, since: episode().since! } }], ID, episode()), null);
});

test('a daemon that is silent is told once, and once more when it is back', async (t) => {
  const { ledger, events } = await begin(t);
  ledger.looked(ID, null);
  ledger.looked(ID, NOW - 60_000);
  ledger.looked(ID, NOW - 60_000);
  t.is(ledger.node(ID).silent_since, '2018-07-02T00:59:00-05:00');
  ledger.looked(ID, null);
  t.deepEqual(
    events.map(({ event, since = null }) => [event, since]),
    [
      ['daemon-silent', '2018-07-02T00:59:00-05:00'],
      ['daemon-at-work', null],
    ],
  );
});

test('what was seen by the network goes back where the chain does, and not for an old page', async (t) => {
  const { ledger, difusor, open } = await begin(t);
  const see = (state: Seen['state'], number: number) =>
    ledger.saw(
      difusor,
      { state, number, taken_at: null, shows: 'corte', receipt: number, detail: said(state) },
      { number, nodes: ['web1'] },
    );
  const red = () => ledger.node(ID).red?.number;
  see('al-dia', 40);
  see('cache-viejo', 39);
  t.is(red(), 40, 'a cache may keep an old page');
  // The custodians disowned 37 to 40, and another 37 is the newest.
  see('al-dia', 37);
  t.is(red(), 37);
  see('al-dia', 40);
  await ledger.save();
  const again = await open();
  t.is(again.node(ID).red, null, 'no receipt of this chain is kept');
});

test('what a node had before a heal does not count as what it has now, after a restart', async (t) => {
  const { ledger, visit, open } = await begin(t);
  ledger.report(visit(40));
  await ledger.save();
  t.is((await open()).node(ID).number, 0, 'the chain ends before it');
});
