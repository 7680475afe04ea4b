import test from 'ava';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import type { TraerEvent } from '../../src/traer/events.ts';
import { type Corte, makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../kit/difusor.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { ANY } from '../kit/inbox.ts';
import { makeMirror } from '../traer/mirror.ts';
import { runBeside } from '../traer/stage.ts';

/**
 * Part of a night with six Difusores, their daemons and built-in web servers, by an injected clock: for an hour the IEC
 * reaches two of them only. A seventh has no `cotejo traer`, to show what the others would show without it; and one mirror
 * lies all night.
 */

const plain = makeTrust();
const trust = signTrust({
  ...plain,
  phases: plain.phases.filter(({ name }) => name === 'jornada').map((phase) => ({ ...phase, opens_at: at(NOW) })),
  signers: plain.signers.filter(({ phase }) => phase === 'jornada'),
});
const PERIOD_MS = 600_000;
const CUT_FROM = 3;
const CUT_TO = 8;
const LAST = 9;

const cortes: Corte[] = [];
for (let n = 1; n <= LAST; n++) {
  const takenAt = at(NOW + n * PERIOD_MS);
  cortes.push(makeCorte({ trust, files: publicationOf(n), takenAt, previous: cortes.at(-1) ?? null }));
}

test('an hour without the IEC at four of six nodes, and a mirror that lies: no notice anywhere', async (t) => {
  t.timeout(300_000);
  const begins = NOW + PERIOD_MS + 30_000;
  const node = () => runDifusor(t, { trust, ports: { http: ANY }, now: begins });
  const nodes: RunningDifusor[] = [];
  for (let i = 0; i < 6; i++) nodes.push(await node());
  const without = await runDifusor(t, { trust, now: begins, traer: settingsOf([], { enabled: false }) });
  const liar = await makeMirror(t, [trust], []);
  liar.instead = (path) => (path.endsWith('/corte.json') ? Buffer.from(JSON.stringify({ forged: true })) : null);

  const events = new Map<RunningDifusor, readonly TraerEvent[]>();
  for (const one of nodes) {
    const others = nodes.filter((other) => other !== one).map(({ http }) => `http://${http?.host}:${http?.port}/`);
    const mirrors = [liar.url.href, ...others];
    const beside = Object.defineProperty({ config: { ...one.config, traer: settingsOf(mirrors) } }, 'now', { get: () => one.now });
    events.set(one, runBeside(t, beside as { config: DifusorConfig; now: number }).events);
  }

  for (const corte of cortes) {
    const { number } = corte.statement;
    for (const one of [...nodes, without]) one.now = NOW + number * PERIOD_MS + 30_000;
    const isCut = number >= CUT_FROM && number <= CUT_TO;
    const reached = isCut ? nodes.slice(0, 2) : [...nodes, without];
    liar.cortes.push(corte);
    for (const one of reached) await writeDelivery(one.config.inbox, corte);
    await Promise.all(nodes.map((one) => one.until((event) => event.event === 'published' && event.number === number)));
  }

  for (const one of nodes) {
    t.deepEqual(
      one.events.filter((event) => event.event === 'published' && event.public === 'aviso'),
      [],
    );
    t.false(one.events.some((event) => event.event === 'refused'));
    t.is(one.node.phases.get('jornada')?.link.shown()?.number, LAST);
    const blamed = (events.get(one) ?? []).flatMap((event) => (event.event === 'mirror' ? [event] : []));
    t.deepEqual(
      blamed.filter(({ mirror }) => mirror !== liar.url.host),
      [],
    );
  }
  t.true(
    nodes.slice(2).every((one) => (events.get(one) ?? []).some((event) => event.event === 'mirror')),
    'who was asked by those who needed it was found out',
  );
  t.true(
    without.events.some((event) => event.event === 'published' && event.public === 'aviso'),
    'without it readers had seen the notice',
  );
});

function settingsOf(mirrors: string[], changes: Partial<NonNullable<DifusorConfig['traer']>> = {}) {
  return { enabled: true, mirrors, padron: true, wait_seconds: 1, ask_seconds: 0.5, ...changes };
}
