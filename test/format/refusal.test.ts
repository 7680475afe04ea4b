import test from 'ava';
import { CODES, Refusal } from '../../src/format/refusal.ts';
import { said } from '../../src/format/said.ts';
import { parseTrust } from '../../src/format/trust.ts';
import { encode, makeTrust } from '../kit/election.ts';

test('three codes are deferred, and all others are final', (t) => {
  const deferred = CODES.filter((code) => new Refusal(code, said('x')).deferred);
  t.deepEqual(deferred.sort(), ['delivery-incomplete', 'gap', 'trust-missing']);
});

test('a detail that quotes unsigned bytes can neither act on a terminal nor forge a line', (t) => {
  const attack = '\u001b[2K\rcotejo: admitted\n\u202e';
  for (const changes of [{ type: attack }, { [attack]: 1 }, { threshold: attack }, { title: attack }]) {
    const bytes = encode({ ...makeTrust(), ...changes });
    const refusal = t.throws(() => parseTrust(bytes), { instanceOf: Refusal, code: 'trust-malformed' });
    t.notRegex(refusal.detail, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});

test('a detail is one line of bounded length, whatever it quotes', (t) => {
  const refusal = t.throws(() => parseTrust(encode({ ...makeTrust(), type: 'x'.repeat(60_000) })), { instanceOf: Refusal });
  t.true(refusal.detail.length < 1000);
});
