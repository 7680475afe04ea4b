import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isAside, openMark } from '../../../src/iec/record/signed-mark.ts';
import { NOW } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';

/** That this machine signed the end of this chain is noted on this machine, and does not travel with the chain. */

async function places(t: ExecutionContext) {
  const folder = await makeFolder(t);
  for (const name of ['chain', 'panel']) await fs.mkdir(join(folder, name));
  return { folder, chain: join(folder, 'chain'), panel: join(folder, 'panel') };
}

const end = (number: number, letter = 'a') => ({ number, corte: number === 0 ? null : letter.repeat(64) });

test('it holds for what was signed, whether or not the chain got it, and for nothing else', async (t) => {
  const { chain, panel } = await places(t);
  const mark = await openMark(panel, chain);
  t.false(await mark.holds('jornada', end(0), NOW));
  await mark.signing('jornada', end(19), end(20, 'b'));
  const again = await openMark(panel, chain);
  t.true(await again.holds('jornada', end(19), NOW), 'signed, and lost before it was in the chain');
  t.true(await again.holds('jornada', end(20, 'b'), NOW));
  t.false(await again.holds('jornada', end(20, 'c'), NOW));
  t.false(await again.holds('jornada', end(18), NOW));
  t.false(await again.holds('simulacro-1', end(19), NOW));
  await again.take('simulacro-1', end(0));
  t.true(await again.holds('jornada', end(20, 'b'), NOW), 'phases do not disturb each other');
  t.true(await again.holds('simulacro-1', end(0), NOW));
  await again.take('simulacro-1', end(0), NOW);
  t.true(await again.holds('simulacro-1', end(0), NOW));
  t.false(await again.holds('simulacro-1', end(0), NOW + 1), 'and no longer than it was said');
});

test('a copy of chain and panel does not hold, nor does a file that is no mark', async (t) => {
  const { folder, chain, panel } = await places(t);
  await (await openMark(panel, chain)).take('jornada', end(7));
  await fs.cp(chain, join(folder, 'copy/chain'), { recursive: true });
  await fs.cp(panel, join(folder, 'copy/panel'), { recursive: true });
  const copy = await openMark(join(folder, 'copy/panel'), join(folder, 'copy/chain'));
  t.false(await copy.holds('jornada', end(7), NOW));
  await fs.rename(chain, join(folder, 'moved'));
  t.true(await (await openMark(panel, join(folder, 'moved'))).holds('jornada', end(7), NOW), 'a folder may be moved');
  await fs.writeFile(join(panel, 'firmado.json'), '{"machine": ');
  t.false(await (await openMark(panel, join(folder, 'moved'))).holds('jornada', end(7), NOW));
});

test('after heal set aside what it signed, the chain that is left is still its own', async (t) => {
  const { folder, chain, panel } = await places(t);
  const mark = await openMark(panel, chain);
  await mark.signing('jornada', end(39), end(40, 'f'));
  t.false(await mark.holds('jornada', end(36), NOW));
  await fs.mkdir(join(folder, `revoked/jornada-000040-${'f'.repeat(16)}`), { recursive: true });
  t.true(await mark.holds('jornada', end(36), NOW));
  t.true(await isAside(chain, 'jornada', { number: 40, corte: null }));
  t.false(await isAside(chain, 'jornada', end(40, 'e')));
});
