import test from 'ava';
import { parseRecibos } from '../../src/format/recibos.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { countRecibos } from '../../src/verdict/recibos.ts';
import { ELECTION, PADRON, reciboCases } from '../kit/recibos.ts';

const CORTE = { number: 37, sha256: 'cd'.repeat(32) };
const counted = { election: ELECTION, phase: 'jornada', number: 37, corte: CORTE.sha256 };
const names = (nodes: readonly { difusor: string; node: string }[]) =>
  nodes.map(({ difusor, node }) => `${difusor}/${node}`).sort();

for (const { name, file, found } of reciboCases(CORTE)) {
  if (file === null) continue;
  test(`receipts: ${name}`, (t) => {
    try {
      const count = countRecibos(parseRecibos(Buffer.from(file), 'x'), PADRON, counted);
      t.is(count.signed.length, found.signed);
      t.is(count.difusores, found.difusores);
      t.deepEqual(names(count.missing), found.missing);
      t.deepEqual(names(count.contrary), found.contrary ?? []);
      t.deepEqual(names(count.admitted), found.admitted ?? []);
      t.is(count.unknown, found.unknown ?? 0);
      t.deepEqual(
        count.refused.map(({ code }) => code),
        found.refused ?? [],
      );
      t.deepEqual(count.total, { nodes: 4, difusores: 3 });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      t.deepEqual([error.code], found.refused);
    }
  });
}
