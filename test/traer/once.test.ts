import test from 'ava';
import { said } from '../../src/format/said.ts';
import { newFleet } from '../../src/traer/fleet.ts';
import type { Mirror } from '../../src/traer/mirrors.ts';
import type { Claim, SiteReads } from '../../src/traer/site.ts';
import { makeChain } from '../kit/cortes.ts';
import { makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { makeMirror } from './mirror.ts';
import { withTraer } from './stage.ts';

/** What one pass may say in the end: that this node has what the others have, or that it can't be told. */

const trust = signTrust(makeTrust({ now: Date.now() }));
const cortes = makeChain(2, { trust });
const now = Date.parse(cortes[1]!.statement.taken_at) + 60_000;

test('who breaks off has what it showed all the same: a node that could not get it is not up to date', async (t) => {
  const good = await makeMirror(t, [trust], cortes.slice(0, 1));
  const ahead = await makeMirror(t, [trust], cortes);
  ahead.instead = (path) => (path.includes('000002/') ? (_, response) => void response.destroy() : null);
  const stage = await withTraer(t, trust, [good, ahead], {}, now, true);
  t.is(await stage.ended, 'lacking');
  await stage.admitted(1);
});

test('who breaks off with a trust document that it announced has it all the same', async (t) => {
  const good = await makeMirror(t, [trust], cortes.slice(0, 1));
  const newer = signTrust(nextTrust(trust));
  const ahead = await makeMirror(t, [trust, newer], cortes.slice(0, 1));
  ahead.instead = (path) => (path.startsWith('chain/trust/2') ? (_, response) => void response.destroy() : null);
  const stage = await withTraer(t, trust, [good, ahead], {}, now, true);
  t.is(await stage.ended, 'lacking');
});

test('who breaks off ends no pass in which another one still gives what is lacking, once the IEC has had its time', async (t) => {
  const broken = await makeMirror(t, [trust], cortes);
  broken.instead = (path) => (path.includes('000001/') ? (_, response) => void response.destroy() : null);
  const good = await makeMirror(t, [trust], cortes);
  const stage = await withTraer(t, trust, [broken, good], { wait_seconds: 3 }, now, true);
  t.is(await stage.ended, 'up-to-date', JSON.stringify(stage.events));
  t.true(
    stage.events.some((event) => event.event === 'mirror' && event.fault === 'unreachable'),
    'it did break off',
  );
  await stage.admitted(2);
});

test('a mirror that withheld something once can be held to what it says when it is well again; who lied can not', async (t) => {
  let elapsed = 0;
  const claim: Claim = { phase: 'jornada', number: 2 };
  const mirror: Mirror = { name: 'uno', base: new URL('https://uno.example/cotejo/'), isConfigured: true };
  const site = {
    mirror,
    pointer: () => Promise.resolve(claim),
    index: () => Promise.resolve(null),
    close: () => {},
  } as unknown as SiteReads;
  let heard = () => {};
  const fleet = newFleet({
    askMs: 1000,
    moment: () => ({ elapsed, now: elapsed, chance: 0.5 }),
    blameFor: () => null,
    changed: () => {},
    heard: () => heard(),
    open: () => site,
  });
  const answer = async () => {
    const come = new Promise<void>((resolve) => (heard = resolve));
    fleet.ask();
    await come;
  };
  fleet.set([mirror]);
  t.false(fleet.hasWell(), 'nothing is known of it');
  await answer();
  t.true(fleet.hasWell());
  fleet.blame(site, { kind: 'withholds', code: null, detail: said('no está') });
  t.false(fleet.hasWell());
  elapsed += 60_000;
  await answer();
  t.true(fleet.hasWell(), 'it answers again, and its pause is over');
  fleet.blame(site, { kind: 'lied', code: null, detail: said('mintió') });
  elapsed += 86_400_000;
  await answer();
  t.false(fleet.hasWell());
});

test('a mirror whose connections we closed is not blamed once more for what that broke', (t) => {
  const mirror: Mirror = { name: 'uno', base: new URL('https://uno.example/cotejo/'), isConfigured: true };
  const opened: SiteReads[] = [];
  const fleet = newFleet({
    askMs: 1000,
    moment: () => ({ elapsed: 0, now: 0, chance: 0.5 }),
    blameFor: () => null,
    changed: () => {},
    heard: () => {},
    open: () => {
      const site = { mirror, close: () => {} } as unknown as SiteReads;
      opened.push(site);
      return site;
    },
  });
  fleet.set([mirror]);
  const [first] = opened;
  const lost = { kind: 'unreachable', code: null, detail: said('sin conexión') } as const;
  for (let part = 0; part < 3; part++) fleet.blame(first!, lost);
  t.is(fleet.faults().unreachable, 1);
  fleet.blame(opened.at(-1)!, lost);
  t.is(fleet.faults().unreachable, 2, 'it is asked anew, and breaks again');
  fleet.blame(first!, { kind: 'lied', code: null, detail: said('mintió') });
  t.is(fleet.faults().lied, 1, 'its bytes prove it, whenever they came');
});
