import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { readDifusorConfig } from '../../../src/difusor/setup/config.ts';
import { configText } from '../../../src/difusor/setup/config-text.ts';
import { ancestorsOf, MOST_PORTALS, whyNoPortal } from '../../../src/difusor/setup/portals.ts';
import { makeFolder } from '../../kit/folders.ts';

test('an origin is a portal, and nothing that could add to the policy is', (t) => {
  for (const origin of [
    'https://www.vanguardia.example',
    'http://localhost:3000',
    'https://*.vanguardia.com.mx',
    'https://xn--peridico-d4a.mx',
    'https://203.0.113.7:8443',
  ]) {
    t.is(whyNoPortal(origin), null, origin);
  }
  for (const wrong of [
    '',
    '*',
    "'self'",
    'www.vanguardia.example',
    'https://',
    'https://*',
    'https://*.mx',
    'https://www.*.mx',
    'https://a.mx/',
    'https://a.mx/prep',
    'https://a.mx?x',
    'https://A.mx',
    'https://user@a.mx',
    'https://a.mx:0',
    'https://a.mx:',
    'https://a.mx https://b.mx',
    'https://a.mx; script-src *',
    'https://a.mx,x',
    'https://a.mx\r\nX: y',
    'https://periódico.mx',
    'ftp://a.mx',
    'javascript:alert(1)',
    `https://${'a.'.repeat(200)}mx`,
  ]) {
    t.truthy(whyNoPortal(wrong), wrong);
    t.throws(() => ancestorsOf([wrong]), undefined, wrong);
  }
  t.regex(
    String(whyNoPortal('https://www.Vanguardia.example/portada?x=1')),
    /: https:\/\/www\.vanguardia\.example$/,
    'what was meant',
  );
  t.regex(String(whyNoPortal('https://periódico.mx')), /: https:\/\/xn--peridico-y3a\.mx$/);
});

test('the site itself is always one of those around it: the publication stands in marco.html', (t) => {
  t.is(ancestorsOf([]), "'self'");
  t.is(ancestorsOf(['https://a.mx', 'https://b.mx']), "'self' https://a.mx https://b.mx");
});

const settings = {
  difusor: 'vanguardia',
  node: 'web1',
  anchor: 'a',
  state: 's',
  inbox: 'i',
  outbox: 'o',
  acuse_key: 'k',
  sftp: { iec_keys: [], host_key: 'h' },
};

test('what init was told is what the node reads; a bad origin is told with its line', async (t) => {
  const file = join(await makeFolder(t), 'difusor.toml');
  const portals = ['https://www.vanguardia.example', 'https://*.vanguardia.example'];
  const text = configText({ ...settings, portals });
  await writeFile(file, text);
  t.deepEqual((await readDifusorConfig(file)).site?.frame_ancestors, portals);

  const line = text.split('\n').findIndex((row) => row.startsWith('frame_ancestors')) + 1;
  await writeFile(file, text.replace('https://www.vanguardia.example', 'https://www.vanguardia.example/portada'));
  const error = await t.throwsAsync(readDifusorConfig(file), { instanceOf: UsageError });
  t.true(error?.message.startsWith(`${file}:${line}: `), error?.message);
  t.regex(error?.message ?? '', /without a path: https:\/\/www\.vanguardia\.example$/);

  const many = Array.from({ length: MOST_PORTALS + 1 }, (_, i) => `https://p${i}.mx`);
  await writeFile(file, configText({ ...settings, portals: many }));
  await t.throwsAsync(readDifusorConfig(file), { instanceOf: UsageError, message: /at most 32/ });
});
