import test from 'ava';
import { makeCustodian, nextTrust, signTrust } from '../../kit/election.ts';
import { kindsOf, looked, reader, site } from './looking.ts';
import { openReader, type Site, silent } from './reader.ts';
import { addCorte, fileAt, type Publication, publication } from './trial-site.ts';

/** What one look takes of a mirror, and what is said of it. */

const MINUTE = 60_000;

/** As many further trust documents, each of the one before. */
function successions(of: Publication, times: number): void {
  for (let i = 0; i < times; i++) of.trusts.push(signTrust(nextTrust(of.trusts.at(-1)!)));
}

test('a mirror whose answers take long is climbed in as many looks as it needs, and is not called silent', async (t) => {
  const of = publication(0);
  successions(of, 5);
  addCorte(of);
  let left = 0;
  let now = Date.now();
  // In the time of a look so many of its trust's files come: a document has four.
  const slow: Site = (path) => (path.startsWith('cotejo/chain/trust/') && left-- <= 0 ? silent(path) : fileAt(of, path));
  const { lector } = await reader(of, { lento: slow }, { now: () => now });
  for (let look = 1; look <= 5; look++) {
    left = 6;
    await lector.estado().work;
    const { trust, mirrors, troubles } = lector.estadoNow();
    t.deepEqual([trust, mirrors[0]?.state], [look + 1, 'responde']);
    t.false(kindsOf(troubles).includes('rechazado'));
    now += 10 * MINUTE;
  }
  left = Infinity;
  await lector.estado().work;
  t.is(lector.estadoNow().head?.number, 1);
});

test('a document that is refused keeps nobody from those before the anchor', async (t) => {
  const of = publication(0);
  successions(of, 1);
  addCorte(of);
  successions(of, 1);
  const anchor = of.trusts[2]!;
  const strangers = ['uno', 'dos', 'tres'].map(makeCustodian);
  of.trusts.push(signTrust(nextTrust(anchor, { custodians: strangers }), ['uno', 'dos', 'tres']));
  const { number, troubles } = await looked(await openReader({ anchor, sites: { malo: site(of) }, now: Date.now }));
  t.is(number, 1);
  t.deepEqual(troubles, [{ kind: 'rechazado', mirror: 'malo', code: 'trust-threshold' }]);
});
