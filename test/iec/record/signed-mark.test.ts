import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isAside, openMark } from '../../../src/iec/record/signed-mark.ts';
import { type Corte, makeCorte, publicationOf } from '../../kit/cortes.ts';
import { makeTrust, NOW, signTrust } from '../../kit/election.ts';
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
  await again.take('simulacro-1', end(0), { until: NOW });
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

test('after heal set aside what it signed, the chain that is left is still its own, and no other one', async (t) => {
  const { folder, chain, panel } = await places(t);
  const mark = await openMark(panel, chain);
  const made: Corte[] = [];
  const trust = signTrust(makeTrust());
  for (let n = 1; n <= 4; n++) made.push(makeCorte({ trust, files: publicationOf(n), previous: made.at(-1) ?? null }));
  const endOf = ({ statement: { number }, sha256: corte }: Corte) => ({ number, corte });
  const [first, second, third, fourth] = made as [Corte, Corte, Corte, Corte];
  await mark.signing('jornada', endOf(third), endOf(fourth));
  t.false(await mark.holds('jornada', endOf(first), NOW));
  for (const corte of [second, third, fourth]) {
    const { number } = corte.statement;
    const aside = join(folder, `revoked/jornada-00000${number}-${corte.sha256.slice(0, 16)}`);
    await fs.mkdir(aside, { recursive: true });
    await fs.writeFile(join(aside, 'corte.json'), corte.files['corte.json']);
  }
  t.true(await mark.holds('jornada', endOf(first), NOW));
  // Another machine went on, and of what it signed some came into this chain.
  t.false(await mark.holds('jornada', end(2, 'e'), NOW));
  t.false(await mark.holds('jornada', end(3, 'e'), NOW));
  t.true(await isAside(chain, 'jornada', { number: 4, corte: null }));
  t.false(await isAside(chain, 'jornada', end(4, 'e')));
});

test('once a corte is in the chain, the one before it is the end no more', async (t) => {
  const { chain, panel } = await places(t);
  const mark = await openMark(panel, chain);
  await mark.take('jornada', end(19), { overruled: ['zocalo'] });
  await mark.signing('jornada', end(19), end(20, 'b'));
  await mark.settle('jornada', end(21, 'c'));
  t.true(await mark.holds('jornada', end(19), NOW), 'that is not what it signed');
  await mark.settle('jornada', end(20, 'b'));
  t.true(await mark.holds('jornada', end(20, 'b'), NOW));
  t.false(await mark.holds('jornada', end(19), NOW));
  await mark.signed('jornada', end(21, 'c'));
  t.false(await mark.holds('jornada', end(20, 'b'), NOW));
  t.deepEqual([...(await mark.overruled('jornada'))], ['zocalo'], 'what a person decided holds on');
  await mark.take('jornada', end(21, 'c'));
  t.deepEqual([...(await mark.overruled('jornada'))], [], 'until a person decides anew');
});
