import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readDifusorConfig } from '../../../src/difusor/setup/config.ts';
import { configText } from '../../../src/difusor/setup/config-text.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';

const text = configText({
  difusor: 'vanguardia',
  node: 'web1',
  anchor: '/etc/cotejo/keys/1.json',
  state: '/var/lib/cotejo/state',
  inbox: '/var/lib/cotejo/iec/inbox',
  outbox: '/var/lib/cotejo/iec/outbox',
  acuse_key: '/etc/cotejo/acuse_key',
  sftp: { iec_keys: [makeKey('iec').publicKey], host_key: '/etc/cotejo/host_key' },
});

test('what init writes is what a node reads', async (t) => {
  const file = join(await makeFolder(t), 'difusor.toml');
  await writeFile(file, text);
  const config = await readDifusorConfig(file);
  t.is(config.anchor, '/etc/cotejo/keys/1.json');
  t.is(config.sftp?.inbox_bytes, 16 * 1024 ** 3);
});

test('every option is there as a comment, which can be made an option where it stands', async (t) => {
  const file = join(await makeFolder(t), 'difusor.toml');
  const commented = [...text.matchAll(/^#([a-z_-]+) = /gm)].map(([, name]) => name);
  t.deepEqual(commented, [
    'stale',
    'keep_trees_minutes',
    'compress',
    'poll_seconds',
    'aviso',
    'difusores',
    'energia-redundante',
    'ups',
    'log',
    'log_bytes',
    'proxies',
    'enabled',
    'mirrors',
    'padron',
    'wait_seconds',
    'ask_seconds',
    'folder',
    'frame_ancestors',
    'inbox_bytes',
  ]);
  await writeFile(file, text);
  const before = await readDifusorConfig(file);
  const { aviso, difusores, declaraciones, site, traer, ...left } = before;
  t.is(traer, undefined);
  t.falsy(declaraciones?.ups);
  t.is(aviso, null);
  t.is(site, undefined);
  t.deepEqual(difusores, []);
  await writeFile(file, text.replace(/^#(?=[a-z_-]+ = |\[)/gm, ''));
  const after = await readDifusorConfig(file);
  t.is(after.aviso, '/etc/cotejo/aviso');
  t.is(after.difusores.length, 1);
  t.is(after.declaraciones?.ups, '20 minutos');
  t.deepEqual(after.traer?.mirrors, ['http://192.0.2.12:8080/']);
  t.deepEqual(after.site?.frame_ancestors, ['https://www.example.mx']);
  // The other comments tell what holds without them.
  t.like(after, left);
});
