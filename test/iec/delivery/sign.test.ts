import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { bringUpToDate } from '../../../src/iec/delivery/bring.ts';
import { sendCourier } from '../../../src/iec/delivery/courier.ts';
import type { Hint } from '../../../src/iec/delivery/outbox.ts';
import { silenceAfter } from '../../../src/iec/delivery/sign.ts';
import type { Report } from '../../../src/iec/record/report.ts';
import { NOW } from '../../kit/election.ts';
import { inboxAlone, stage } from './one-node.ts';

/** A node that answers and at which nobody is at work. */

const hint = (at: number | null, isLeft = false): Hint => ({ at, isLeft, trust: 1, number: 1, freeBytes: null });

test('after a visit without an answer: nobody is at work where the status stayed as it was', async (t) => {
  const after = (again: Hint, ms: number) => silenceAfter({ hint: () => Promise.resolve(again) }, hint(NOW), ms);
  t.is(await after(hint(NOW), 60_000), NOW);
  t.is(await after(hint(NOW, true), 1000), NOW, 'it says so');
  t.is(await after(hint(NOW + 15_000), 60_000), null);
  t.is(await after(hint(NOW), 10_000), undefined, 'it need not have written in so short a time');
  t.is(await after(hint(NOW + 15_000, true), 60_000), undefined, 'it ended meanwhile, and may be starting anew');
  t.is(await after(hint(null), 60_000), undefined);
});

/** As the node writes it: whole, by one rename. */
async function say(outbox: string, at: number, at_work: boolean): Promise<void> {
  const file = join(outbox, 'status.json');
  const hour = new Date(at).toISOString();
  await writeFile(`${file}.new`, JSON.stringify({ at: hour, daemon: { at_work, last_sign: hour }, trust: { version: 1 } }));
  await rename(`${file}.new`, file);
}

async function until(t: ExecutionContext, isIt: () => boolean): Promise<void> {
  for (let tries = 0; !isIt(); tries++) {
    if (tries > 600) t.fail('it never came');
    await sleep(50);
  }
}

test('a daemon that has ended is told by the visit in vain, since when; one that dies between two cortes, before the next', async (t) => {
  const { institute, difusor, look, view, target, options } = await stage(t);
  const reports: Report[] = [];
  const looks: (number | null)[] = [];
  const duty = {
    view,
    reported: (report: Report) => void reports.push(report),
    looked: (_: unknown, silentSince: number | null) => void looks.push(silentSince),
  };
  const courier = sendCourier(target, duty, { ...options, watchMs: 200, lookMs: 200 });
  t.teardown(() => courier.dismiss());
  await until(t, () => looks.length > 0);
  t.like(reports[0], { outcome: 'up-to-date', number: 1, silentSince: null });
  t.is(looks[0], null);

  await difusor.stop();
  const { outbox } = await inboxAlone(t, difusor);
  await until(t, () => looks.at(-1) !== null);
  t.is(looks.at(-1), difusor.now, 'it said so as it ended');
  await say(outbox, difusor.now + 1000, true);
  await until(t, () => looks.at(-1) === null);
  difusor.now += 120_000;
  await until(t, () => looks.at(-1) !== null);
  t.is(looks.at(-1), NOW + 1000, 'it did not say so, and wrote nothing for two minutes');
  t.is(reports.length, 1, 'a look is no visit');
  await courier.dismiss();

  await institute.pack();
  await look();
  await say(outbox, NOW, false);
  const report = await bringUpToDate(target, view, { ...options, acuseMs: 1000 });
  t.like(report, { outcome: 'failed', trouble: { code: 'not-taken' }, silentSince: NOW });
});

test('neither a corte that comes while a node is looked at, nor the end of its courier, waits for the look', async (t) => {
  const { institute, difusor, look, view, target, options } = await stage(t);
  const reports: Report[] = [];
  const duty = { view, reported: (report: Report) => void reports.push(report), looked: () => {} };
  // By the IEC's clock its status is old, and its own stands still: it is looked at for minutes.
  const now = () => difusor.now + 100_000;
  const courier = sendCourier(target, duty, { ...options, now, watchMs: 100, lookMs: 600_000 });
  t.teardown(() => courier.dismiss());
  await until(t, () => reports.length === 1);
  await sleep(1500);
  await institute.pack();
  await look();
  courier.wake();
  await until(t, () => reports.length === 2);
  t.like(reports[1], { outcome: 'up-to-date', number: 2 });
  await sleep(1000);
  await courier.dismiss();
});
