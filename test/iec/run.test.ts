import { join } from 'node:path';
import test from 'ava';
import type { NightEvent } from '../../src/iec/record/bitacora.ts';
import { runNight } from '../../src/iec/run.ts';
import { parseIecConfig } from '../../src/iec/setup/config.ts';
import { NOW } from '../kit/election.ts';
import { keyText, iec as sender } from '../kit/inbox.ts';
import { makeKey } from '../kit/keys.ts';
import { makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a night that systemd can not be told of ends: nothing of it goes on beside the next one', async (t) => {
  const institute = await makeInstitute(t);
  await institute.publish({ 'index.html': 'resultados preliminares' });
  const lines = { host: '127.0.0.1', port: 1, user: 'iec', host_key: `SHA256:${'A'.repeat(43)}`, inbox: 'inbox', outbox: 'outbox' };
  const toml = tomlOf([{ name: 'vanguardia', lines: { ...lines, acuse_key: makeKey('vanguardia').publicKey } }]);
  const config = parseIecConfig(toml, join(institute.folder, 'IEC.toml'));
  const events: NightEvent[] = [];
  const supervisor = {
    ready: () => Promise.reject(new Error('no descriptor is left')),
    status: () => Promise.resolve(),
    stopping: () => Promise.resolve(),
    watchdogMs: 60_000,
    alive: () => Promise.resolve(),
  };
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const identity = { privateKey: await keyText(t, sender) };
  const before = timers();
  const heard = (event: NightEvent) => void events.push(event);
  const night = runNight(
    () => Promise.resolve(config),
    { key: makeKey('firma-1'), identity, now: () => NOW, supervisor, heard },
    stop.signal,
  );
  await t.throwsAsync(night, { message: 'no descriptor is left' });
  t.is(timers(), before);
  t.is(events.at(-1)?.event, 'stopped');
});
