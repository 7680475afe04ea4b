import test from 'ava';
import { cortePath } from '../../../src/audit/check/chain-reads.ts';
import { OFF_CHAIN, offChainIn } from '../../../src/audit/check/off-chain.ts';
import type { CorteFile } from '../../../src/format/naming.ts';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import { type Corte as Checked, checkNext } from '../../../src/verdict/history.ts';
import { startFrom } from '../../../src/verdict/trust-chain.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';

/** Where another history is looked for, and how much of it is read. */

const phase = 'jornada';
const first = signTrust(makeTrust());
const trust = startFrom(first, nodeEquation);

/** `from`, and cortes of one small page after it, up to a number. */
function upTo(last: number, text: string, from: readonly Corte[] = []): Corte[] {
  const cortes = [...from];
  while (cortes.length < last) {
    const files = { 'index.html': `${text} ${cortes.length + 1}` };
    cortes.push(makeCorte({ trust: first, previous: cortes.at(-1) ?? null, files }));
  }
  return cortes;
}

function checkedOf(cortes: readonly Corte[]): Checked[] {
  const checked: Checked[] = [];
  for (const { files } of cortes)
    checked.push(checkNext(trust, phase, checked.at(-1) ?? null, files['corte.json'], files['corte.json.sig'], nodeEquation));
  return checked;
}

async function foundIn(site: readonly Corte[], cortes: readonly Checked[]) {
  const all = new Map<string, Buffer>();
  for (const { statement, files } of site)
    for (const [name, bytes] of Object.entries(files)) all.set(cortePath(phase, statement.number, name as CorteFile), bytes);
  const asked: string[] = [];
  const read = (path: string) => {
    asked.push(path);
    return Promise.resolve(all.get(path) ?? null);
  };
  const found: [number, string][] = [];
  for await (const { statement, standing } of offChainIn({ read }, { trust, phase, cortes }, { equation: nodeEquation }))
    found.push([statement.number, standing]);
  return { found, asked: asked.length };
}

const ours = upTo(60, 'la nuestra');
const cortes = checkedOf(ours);

test('a second history is found where it begins, however far back, and at its end, within a bound', async (t) => {
  const { found, asked } = await foundIn(upTo(70, 'la otra', ours.slice(0, 1)), cortes);
  const half = OFF_CHAIN / 2;
  const begun = Array.from({ length: half }, (_, i): [number, string] => [i + 2, 'fork']);
  // What lies between was not read, so nothing is said of whose fault the end is.
  const end = Array.from({ length: 11 }, (_, i): [number, string] => [60 + i, 'unplaced']);
  t.deepEqual(found, [...begun, ...end]);
  t.true(asked < 3 * (OFF_CHAIN + 10));
});

test('a copy that is the same, shorter or longer has no second history', async (t) => {
  t.deepEqual((await foundIn(ours, cortes)).found, []);
  const short = await foundIn(ours.slice(0, 37), cortes);
  t.deepEqual(short.found, []);
  t.true(short.asked < 10, 'by halves');
  t.deepEqual((await foundIn(upTo(62, 'la nuestra', ours), cortes)).found, [
    [61, 'newer'],
    [62, 'newer'],
  ]);
});
