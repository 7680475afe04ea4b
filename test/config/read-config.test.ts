import { resolve } from 'node:path';
import test from 'ava';
import * as v from 'valibot';
import { parseConfig } from '../../src/config/read-config.ts';
import { UsageError } from '../../src/config/usage-error.ts';

const TOML = `# a comment
chain = "chain"
when = 2018-07-01T20:00:00-05:00

[limits]
files = 12

[[difusor]]
name = "a"

[[difusor.node]]
port = 22

[[difusor]]
name = "b"

[[difusor.node]]
port = 22

[[difusor.node]]
port = 23
`;

const read = (text: string) =>
  parseConfig(text, '/etc/cotejo/iec.toml', (path) =>
    v.strictObject({
      chain: path,
      when: v.string(),
      limits: v.strictObject({ files: v.number() }),
      difusor: v.array(
        v.strictObject({
          name: v.string(),
          node: v.array(v.strictObject({ port: v.pipe(v.number(), v.maxValue(65535, 'expected a port')) })),
        }),
      ),
    }),
  );

test('a path is relative to the file, and a moment keeps the offset it was written with', (t) => {
  const config = read(TOML);
  t.is(config.chain, resolve('/etc/cotejo/chain'));
  t.is(config.when, '2018-07-01T20:00:00-05:00');
  t.is(config.difusor[1]?.node[1]?.port, 23);
});

const says = test.macro((t, change: (text: string) => string, expected: string) => {
  const error = t.throws(() => read(change(TOML)), { instanceOf: UsageError });
  t.is(error?.message, `/etc/cotejo/iec.toml:${expected}`);
});

test(
  'an unknown key is named with its line',
  says,
  (s) => s.replace('port = 23', 'prot = 23'),
  '21: unknown key difusor[2].node[2].prot',
);
test('an unknown key beside the known ones, too', says, (s) => `${s}proto = 1\n`, '22: unknown key difusor[2].node[2].proto');
test(
  'a missing key is named with the line of its table',
  says,
  (s) => s.replace('name = "b"\n', ''),
  '14: missing key difusor[2].name',
);
test(
  'a wrong type says what was expected',
  says,
  (s) => s.replace('"b"', '7'),
  '15: difusor[2].name: expected a text in quotes, found 7',
);
test(
  'a value out of range says what was expected',
  says,
  (s) => s.replace('port = 23', 'port = 70000'),
  '21: difusor[2].node[2].port: expected a port',
);
test('an empty path is no path', says, (s) => s.replace('"chain"', '""'), '2: chain: expected a path, found an empty text');
test('a key missing at the top is told for the whole file', says, (s) => s.replace('chain = "chain"', ''), '1: missing key chain');

test('what is not TOML is told with its line', (t) => {
  const error = t.throws(() => read(TOML.replace('files = 12', 'files = = 12')), { instanceOf: UsageError });
  t.regex(error?.message ?? '', /^\/etc\/cotejo\/iec\.toml:6: not TOML: /);
});
