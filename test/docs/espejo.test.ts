import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { TroubleCode } from '../../src/espejo/trouble.ts';
import { sh } from '../kit/command.ts';
import { admit } from '../kit/copying.ts';
import { makeChain, makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder, treeOf } from '../kit/folders.ts';
import { named, readGuide } from '../kit/guide.ts';
import { makeNode } from '../kit/node.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';

/** docs/espejo.md against the program: what runs here without a store of somebody else's, and its table of codes. */

requires('rclone', ['rclone'])(
  'what is told for stores without S3 brings a corte, then the pointer, and nothing of another phase',
  async (t) => {
    const trust = signTrust(makeTrust());
    const node = await makeNode(t, { trust, keepsTheRule: true });
    const [corte] = makeChain(1, { trust });
    await admit(t, node, corte!);
    const target = await makeFolder(t);
    const drill = makeCorte({ trust, phase: 'simulacro-1', files: publicationOf(1), takenAt: at(node.clock.now - 60_000) });
    await admit(t, node, drill);
    const variables = {
      ESTADO: node.config.state,
      FASE: 'jornada',
      DESTINO: `:local:${target}`,
      RCLONE_CONFIG: join(target, '..', 'none'),
    };
    const ran = await sh(named(await readGuide('espejo'), 'rclone'), node.folder, variables);
    t.is(ran.status, 0, ran.stderr);
    const pointer = JSON.parse(await readFile(join(target, 'cotejo/ultimo.json'), 'utf8'));
    t.like(pointer, { phase: 'jornada', number: 1, base: '/cotejo/c/1/' });
    for (const { path } of corte!.manifest) t.deepEqual(await readFile(join(target, pointer.base, path)), corte!.content[path]);
    const chain = Object.keys(await treeOf(join(target, 'cotejo/chain')));
    t.true(chain.some((path) => path.startsWith('jornada/000001')));
    t.false(chain.some((path) => path.startsWith('simulacro')));
  },
);

test('the guide has every code, and no other', async (t) => {
  const text = await readFile(join(repository(), 'docs/espejo.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|/gm)].flatMap(([, codes = '']) =>
    [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
  );
  const codes: Readonly<Record<Exclude<TroubleCode, 'moved'>, true>> = {
    credentials: true,
    denied: true,
    clock: true,
    'no-bucket': true,
    busy: true,
    'connection-lost': true,
    'store-failed': true,
    'too-long': true,
    'nothing-shown': true,
    altered: true,
    'not-repaired': true,
    'other-phase': true,
    'other-election': true,
    fork: true,
  };
  t.deepEqual(Object.fromEntries(rows.map((code) => [code, true])), codes);
});
