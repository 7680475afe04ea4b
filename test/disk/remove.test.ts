import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { removeWhole } from '../../src/disk/remove.ts';
import { makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeNode } from '../kit/node.ts';

test.serial('more folders than fit a command line are all removed', async (t) => {
  const deep = join(await makeFolder(t), ...Array.from({ length: 14 }, () => 'd'.repeat(250)));
  await mkdir(deep, { recursive: true });
  const paths = Array.from({ length: 900 }, (_, i) => join(deep, `${i}`));
  for (const path of paths) await mkdir(path);
  t.true(await removeWhole(...paths));
  t.deepEqual(await readdir(deep), []);
});

test.serial('while what others filled is removed the daemon gives signs of life', async (t) => {
  const kit = await makeNode(t);
  const slow = kit.path('bin');
  await mkdir(slow);
  await writeFile(join(slow, 'rm'), '#!/bin/sh\nsleep 1.5\nPATH=/usr/bin:/bin exec rm "$@"\n', { mode: 0o755 });
  const { PATH } = process.env;
  process.env['PATH'] = `${slow}:${PATH}`;
  t.teardown(() => {
    process.env['PATH'] = PATH;
  });
  let signs = 0;
  kit.onStep = (name) => {
    if (name === 'pruning') signs += 1;
  };
  const corte = makeCorte({ trust: kit.trust, files: publicationOf(1) });
  await writeDelivery(kit.config.inbox, corte);
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'admitted' });
  t.true(signs > 0);
  t.deepEqual(await readdir(kit.path('state/staging')), []);
});
