import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { unpackedSize } from '../../../src/difusor/compressed/gzip-copy.ts';
import type { Case, CasePlan } from '../case.ts';
import { must, start, until } from '../commands.ts';
import { cortesOf } from '../fixtures.ts';
import { type Cortes, chainIn, shownIn, sixDigits } from '../look.ts';
import { comeUp, configOf, deliver, soundness } from '../node-disk.ts';
import { lengthOf, nodeWith, partsOf } from './admit.ts';

/**
 * Corte 1 is live, and the daemon makes its compressed copies; corte 2 comes, and gets its own. A web server may serve what
 * it finds as soon as the machine is up again, before the daemon has looked: so no copy may ever be there that is torn.
 */
export function copiesCase(plan: CasePlan): Case {
  const { fixtures } = plan;
  const [first, second] = fixtures.cortes;
  const cortes = cortesOf(first, second);
  const has = (home: string, number: number, path: string) => existsSync(join(copiesOf(home, number), path));
  return {
    parts: partsOf(plan.flags),
    lingerMs: 6000,
    prepare: (at) => nodeWith(plan, join(at, 'n'), fixtures.trust, [first]),
    async act(at, disk) {
      const home = join(at, 'n');
      const daemon = start(['difusor', 'run', '--config', configOf(home)]);
      must(await until(() => has(home, 1, 'nuevo/1.html'), 40), daemon.said);
      disk.mark('copies 1');
      deliver(home, second);
      must(await until(() => has(home, 2, 'nuevo/2.html'), 40), daemon.said);
      disk.mark('copies 2');
      await daemon.stop();
    },
    async judge(at) {
      const home = join(at, 'n');
      const out: string[] = [];
      const [shown, chain] = [shownIn(home, cortes), chainIn(join(home, 'state/chain'), cortes)];
      if (shown !== 1 && shown !== 2) out.push(`FAULT before the restart public is ${shown}`);
      const counts = [1, 2].map((number) => copiesIn(home, number).length);
      out.push(...tornIn(home, cortes));
      out.push(...(await comeUp(home, 'run')));
      out.push(...tornIn(home, cortes).map((fault) => `${fault}, after the restart`));
      const number = lengthOf(chainIn(join(home, 'state/chain'), cortes));
      if (number < lengthOf(chain)) out.push('FAULT corte 2 was in the chain and left it');
      out.push(...(await soundness(home, { number, trust: 1, cortes })));
      const some = (count: number | undefined) => (count === 0 ? 'no' : 'some');
      return [`shows ${shown}, with ${some(counts[0])} copies of corte 1 and ${some(counts[1])} of corte 2`, ...out];
    },
  };
}

function copiesOf(home: string, number: number): string {
  return join(home, 'state/compressed/jornada', sixDigits(number));
}

function copiesIn(home: string, number: number): string[] {
  const root = copiesOf(home, number);
  if (!existsSync(root)) return [];
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => relative(root, join(parentPath, name)));
}

/** The copies that a reader would be given and that are not of their file. */
function tornIn(home: string, cortes: Cortes): string[] {
  const faults: string[] = [];
  for (const [number, { tree }] of cortes) {
    for (const path of copiesIn(home, number)) {
      const bytes = readFileSync(join(copiesOf(home, number), path));
      if (unpackedSize(bytes, tree[path] ?? '') === null) faults.push(`FAULT the copy of ${path} of corte ${number} is none`);
    }
  }
  return faults;
}
