import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { checkClose } from '../../src/iec/after-close.ts';
import type { NightEvent } from '../../src/iec/record/bitacora.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { runNight } from '../../src/iec/run.ts';
import { parseIecConfig } from '../../src/iec/setup/config.ts';
import { NOW } from '../kit/election.ts';
import { keyText, iec as sender } from '../kit/inbox.ts';
import { makeKey } from '../kit/keys.ts';
import { makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

const HOUR = 3_600_000;
/** The kit's phases close nine days after NOW. */
const CLOSE = NOW + 9 * 24 * HOUR;

test('before the close a night begins; after it only for what nodes lack, and only on that day', async (t) => {
  const institute = await makeInstitute(t);
  await institute.publish({ 'index.html': 'resultados preliminares' });
  await institute.pack();
  const view = await viewChain(institute.chain, 'jornada');
  t.is(checkClose(view, 0, CLOSE), null);
  t.is(checkClose(view, 2, CLOSE), null);
  t.like(checkClose(view, 2, CLOSE + 1), { event: 'closed', phase: 'jornada', head: 1, final: false, lacking: 2 });
  t.like(checkClose(view, 1, CLOSE + 12 * HOUR), { event: 'closed' });
  t.throws(() => checkClose(view, 1, CLOSE + 12 * HOUR + 1), { instanceOf: UsageError });
  const over = t.throws(() => checkClose(view, 0, CLOSE + 1), { instanceOf: UsageError });
  t.true(over?.message.includes(`phase jornada closed at ${view.phase.closes_at}`), over?.message);
  t.true(over?.message.includes('not a final one'), over?.message);
});

test('a night of a phase that has closed is wrong usage, which systemd does not begin again', async (t) => {
  const institute = await makeInstitute(t);
  const config = parseIecConfig(tomlOf([]), join(institute.folder, 'IEC.toml'));
  const events: NightEvent[] = [];
  const told = () => Promise.resolve();
  const supervisor = { ready: told, status: told, stopping: told, watchdogMs: null, alive: told };
  const stop = AbortSignal.timeout(10_000);
  const identity = { privateKey: await keyText(t, sender) };
  const heard = (event: NightEvent) => void events.push(event);
  const options = { key: makeKey('firma-1'), identity, now: () => CLOSE + HOUR, supervisor, heard };
  await t.throwsAsync(
    runNight(() => Promise.resolve(config), options, stop),
    { instanceOf: UsageError },
  );
  t.deepEqual(events, []);
});
