import { readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writeIndex } from '../../src/chain/chain-folder.ts';
import { writeTiles } from '../../src/chain/tiles.ts';
import { sixDigits } from '../../src/format/naming.ts';
import { parseTile, TILE_BYTES } from '../../src/format/tile.ts';
import { makeChain, writeInChain } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';

/** A phase of so many cortes, of which only the texts matter here. */
async function makePhase(t: ExecutionContext, cortes: number): Promise<{ chain: string; tile: (index: number) => string }> {
  const chain = await makeFolder(t);
  await addCortes(chain, 1, cortes);
  return { chain, tile: (index) => join(chain, 'jornada/historia', `${index}.json`) };
}

function addCortes(chain: string, from: number, to: number, note = ''): Promise<void> {
  const files = Array.from({ length: to - from + 1 }, (_, i) => from + i).flatMap((n) => [
    [`${sixDigits(n)}/corte.json`, `{"number":${n}${note}}\n`],
    [`${sixDigits(n)}/corte.json.sig`, `firma de ${n}\n`],
  ]);
  return writeFiles(join(chain, 'jornada'), Object.fromEntries(files));
}

const read = async (file: string) => parseTile(await readFile(file, 'utf8'));

test('the tiles have all cortes in order, and grow with them', async (t) => {
  const { chain, tile } = await makePhase(t, 130);
  await writeTiles(chain, 'jornada', 127);
  t.is((await read(tile(0)))?.length, 127);
  await writeTiles(chain, 'jornada', 130);
  t.is((await read(tile(0)))?.length, 128);
  t.deepEqual(
    await read(tile(1)),
    [129, 130].map((n) => [`{"number":${n}}\n`, `firma de ${n}\n`]),
  );
});

test('a tile is written once, and again where it is lost or older than what it tells of', async (t) => {
  const { chain, tile } = await makePhase(t, 129);
  await writeTiles(chain, 'jornada', 129);
  const inodes = async () => [(await stat(tile(0))).ino, (await stat(tile(1))).ino];
  const before = await inodes();
  await writeTiles(chain, 'jornada', 129);
  t.deepEqual(await inodes(), before);
  await writeFile(tile(0), 'half a ti');
  await writeTiles(chain, 'jornada', 129);
  t.is((await read(tile(0)))?.length, 128);
  await rm(tile(0));
  await writeTiles(chain, 'jornada', 129);
  t.is((await read(tile(0)))?.length, 128);
  // A theft was undone: from 100 on there are others.
  await addCortes(chain, 100, 129, ',"note":"otro"');
  await utimes(tile(0), 1, 1);
  await writeTiles(chain, 'jornada', 129);
  t.is((await read(tile(0)))?.[99]?.[0], '{"number":100,"note":"otro"}\n');
});

test('what is past the last corte goes away', async (t) => {
  const { chain, tile } = await makePhase(t, 129);
  await writeTiles(chain, 'jornada', 129);
  await writeTiles(chain, 'jornada', 3);
  t.deepEqual(await readdir(join(chain, 'jornada/historia')), ['0.json']);
  t.is((await read(tile(0)))?.length, 3);
  await writeTiles(chain, 'jornada', 0);
  t.deepEqual(await readdir(join(chain, 'jornada/historia')), []);
});

test('an old corte that can not be read costs its tile, and neither the index nor another phase', async (t) => {
  const trust = signTrust(makeTrust());
  const chain = await makeFolder(t);
  for (const corte of makeChain(3, { trust })) await writeInChain(chain, corte);
  const drill = makeChain(2, { trust, phase: 'simulacro-1' });
  for (const corte of drill) await writeInChain(chain, corte);
  await writeFile(join(chain, 'jornada/000001/corte.json'), Buffer.from([0xff]));
  const failure = await writeIndex(chain, 'e', 1);
  t.truthy(failure);
  const index = JSON.parse(await readFile(join(chain, 'index.json'), 'utf8')) as { phases: { jornada: { number: number } } };
  t.is(index.phases.jornada.number, 3);
  t.is((await read(join(chain, 'simulacro-1/historia/0.json')))?.length, 2);
});

test('what stands in the place of a full tile and is none is written over', async (t) => {
  const { chain, tile } = await makePhase(t, 129);
  await writeTiles(chain, 'jornada', 129);
  await truncate(tile(0), TILE_BYTES + 1);
  await writeTiles(chain, 'jornada', 129);
  t.is((await read(tile(0)))?.length, 128);
});
