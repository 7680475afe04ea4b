import test from 'ava';
import type { DeliveryName } from '../../src/format/naming.ts';
import { NotBegun, newDeliveries } from '../../src/traer/deliveries.ts';

/** What was fetched goes into the inbox while the next is fetched: in order, and nothing after what failed. */

const corte = (number: number): DeliveryName => ({ kind: 'corte', phase: 'jornada', number });

/** An inbox whose disk takes its time. */
function slowInbox() {
  const asked: { number: number; end: () => void; fail: (error: Error) => void }[] = [];
  return {
    asked,
    finish: (name: DeliveryName) =>
      new Promise<void>((end, fail) => void asked.push({ number: name.kind === 'corte' ? name.number : 0, end, fail })),
  };
}

test('the next is fetched while one is delivered, and delivered when that one is there', async (t) => {
  const inbox = slowInbox();
  const deliveries = newDeliveries(inbox);
  const done: number[] = [];
  await deliveries.begin(corte(1), {}, () => void done.push(1));
  t.deepEqual(deliveries.underWay(), ['jornada-000001']);
  const second = deliveries.begin(corte(2), {}, () => void done.push(2));
  await Promise.resolve();
  t.is(inbox.asked.length, 1);
  inbox.asked[0]?.end();
  await second;
  t.deepEqual([done, deliveries.underWay()], [[1], ['jornada-000002']]);
  inbox.asked[1]?.end();
  await deliveries.settled();
  t.deepEqual([done, deliveries.underWay(), deliveries.failed()], [[1, 2], [], null]);
});

test('after one that failed nothing is delivered until that was told', async (t) => {
  const inbox = slowInbox();
  const deliveries = newDeliveries(inbox);
  const full = new Error('no space left');
  await deliveries.begin(corte(1), {}, () => t.fail());
  inbox.asked[0]?.fail(full);
  await t.throwsAsync(
    deliveries.begin(corte(2), {}, () => t.fail()),
    { instanceOf: NotBegun },
    'the error is of the one before, and no other is put off for it',
  );
  t.deepEqual([deliveries.underWay(), deliveries.unfinished()], [[], ['jornada-000002']]);
  t.is(inbox.asked.length, 1);
  t.deepEqual(deliveries.failed(), { delivery: 'jornada-000001', error: full });
  t.is(deliveries.failed(), null);
  await deliveries.begin(corte(1), {}, () => {});
  t.is(inbox.asked.length, 2);
  t.deepEqual(deliveries.unfinished(), ['jornada-000001', 'jornada-000002']);
  inbox.asked[1]?.end();
  await deliveries.begin(corte(2), {}, () => {});
  t.deepEqual(deliveries.unfinished(), ['jornada-000002']);
  inbox.asked[2]?.end();
  await deliveries.settled();
});
