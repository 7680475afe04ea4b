import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { askOnce } from '../../../src/audit/source/http-once.ts';
import { DIRECT } from '../../../src/audit/source/proxies.ts';
import { serve } from '../../kit/web.ts';

/** One request with a total, whoever answers. */

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ORDER = { proxyFor: DIRECT, totalMs: 300, bytes: 1000 };

for (const [name, isBegun] of [
  ['says nothing', false],
  ['never ends its answer', true],
] as const) {
  test(`a server that ${name} is left after the total, though garbage is collected meanwhile`, async (t) => {
    t.timeout(20_000);
    const url = await serve(t, (_request, response) => {
      if (isBegun) response.writeHead(200).write('0');
    });
    const often = setInterval(collectGarbage, 20);
    t.teardown(() => clearInterval(often));
    const error = await t.throwsAsync(askOnce(url, ORDER));
    t.like(error, { name: 'NoAnswer', kind: 'silent' });
  });
}

test('whoever ends the work ends the request, then and before it began', async (t) => {
  t.timeout(20_000);
  const stop = new AbortController();
  const url = await serve(t, () => stop.abort());
  for (let i = 0; i < 2; i++) {
    const error = await t.throwsAsync(askOnce(url, { ...ORDER, totalMs: 600_000, signal: stop.signal }));
    t.like(error, { name: 'NoAnswer', kind: 'silent' });
  }
});

test('what was answered is given, and nothing of the wait is left', async (t) => {
  const url = await serve(t, (_request, response) => void response.end('tal cual'));
  const stop = new AbortController();
  t.is(String(await askOnce(url, { ...ORDER, totalMs: 600_000, signal: stop.signal })), 'tal cual');
});
