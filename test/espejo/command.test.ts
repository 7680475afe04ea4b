import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { parse, stringify } from 'smol-toml';
import { parseEspejoConfig } from '../../src/espejo/config.ts';
import { cotejo } from '../kit/command.ts';
import { admit, copying } from '../kit/copying.ts';
import { makeChain } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { repository } from '../kit/programs.ts';
import { espejoConfig } from '../kit/s3.ts';

/** The command as its user has it, and the configuration that is shipped. */

test('one pass: up to date is 0, a place of another phase 1, wrong usage 2, a bucket that is not there 3', async (t) => {
  const trust = signTrust(makeTrust({ now: Date.now() }));
  const { node, s3 } = await copying(t, trust);
  const [corte] = makeChain(1, { trust, takenAt: trust.document.phases[1]!.opens_at });
  await admit(t, node, corte!);
  const credentials = join(node.folder, 'claves.toml');
  await writeFile(credentials, 'access_key_id = "S3RVER"\nsecret_access_key = "S3RVER"\n', { mode: 0o600 });
  const file = join(node.folder, 'espejo.toml');
  const once = async (changes: object, ...more: string[]) => {
    const { anchor, state } = node.config;
    await writeFile(file, stringify({ ...espejoConfig(s3, { anchor, state }, { credentials, when_stale: 'warn' }), ...changes }));
    return cotejo(['espejo', '--config', file, ...more]);
  };
  const first = await once({}, '--once', '--json');
  t.is(first.status, 0, first.stderr);
  t.like(JSON.parse(first.stdout), { outcome: 'published', phase: 'jornada', shows: 'corte', number: 1, code: null, removed: [] });
  t.is((await once({ phase: 'simulacro-1' }, '--once')).status, 1);
  t.is((await once({}, '--json')).status, 2);
  const gone = await once({ bucket: 'otro' }, '--once', '--json');
  t.is(gone.status, 3);
  t.like(JSON.parse(gone.stdout), { outcome: 'trouble', code: 'no-bucket' });
});

test('the shipped configuration is one, and names every option with its usual value', async (t) => {
  const text = await readFile(join(repository(), 'systemd/espejo/espejo.toml'), 'utf8');
  const config = parseEspejoConfig(text, '/etc/cotejo/espejo.toml');
  const whole = text.replace(/^# ([a-z_]+ = )/gm, '$1');
  t.deepEqual(Object.keys(parse(whole)).sort(), Object.keys(config).sort());
  t.deepEqual(parseEspejoConfig(whole, '/etc/cotejo/espejo.toml'), config);
});
