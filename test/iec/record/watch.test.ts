import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { newWatch } from '../../../src/iec/record/watch.ts';
import { at, NOW } from '../../kit/election.ts';
import { makeInstitute } from '../institute.ts';

/** Since when a corte could be brought to a node: what decides in which periods it can be missed. */

const HOUR = 3_600_000;
const seconds = (instant: number) => instant / 1000;

test('a corte that was there before the process is as old as its files, within what is possible', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'uno' });
  const { folder } = await iec.pack({ takenAt: at(NOW) });
  const look = () => viewChain(iec.chain, 'jornada');
  const view = await look();
  const sinceIf = async (written: number) => {
    await utimes(join(folder, 'corte.json.sig'), seconds(written), seconds(written));
    return newWatch(
      view,
      look,
      () => {},
      () => NOW + 2 * HOUR,
    ).existsSince(1);
  };
  t.is(await sinceIf(NOW + HOUR), NOW + HOUR, 'its source was read for an hour');
  t.is(await sinceIf(NOW - HOUR), NOW, 'not older than its own hour says');
  t.is(await sinceIf(NOW + 9 * HOUR), NOW + 2 * HOUR, 'nor younger than the process that found it');
});

test('a corte that comes is there since it was seen at the latest, and so is another one under its number', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'uno' });
  let now = NOW;
  const look = () => viewChain(iec.chain, 'jornada');
  const watch = newWatch(
    await look(),
    look,
    () => {},
    () => now,
  );
  const { folder } = await iec.pack({ takenAt: at(NOW) });
  now = NOW + HOUR;
  t.is(await watch.look(), 'new');
  now = NOW + 2 * HOUR;
  t.is(await watch.look(), 'same');
  t.is(await watch.existsSince(1), NOW + HOUR);
  await utimes(join(folder, 'corte.json.sig'), seconds(NOW + HOUR / 2), seconds(NOW + HOUR / 2));
  t.is(await watch.existsSince(1), NOW + HOUR / 2, 'its files say better since when');
  await rm(folder, { recursive: true });
  t.is(await watch.look(), 'cut');
  await iec.pack({ takenAt: at(NOW + 60_000) });
  now = NOW + 3 * HOUR;
  t.is(await watch.look(), 'new');
  t.is(await watch.existsSince(1), NOW + 3 * HOUR);
  // Another one under its number, between two looks.
  await rm(folder, { recursive: true });
  await iec.pack({ takenAt: at(NOW + 120_000) });
  now = NOW + 4 * HOUR;
  t.is(await watch.look(), 'cut');
  t.is(await watch.existsSince(1), NOW + 4 * HOUR);
  t.is(await watch.look(), 'same');
});
