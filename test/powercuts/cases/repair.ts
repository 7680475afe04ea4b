import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, CasePlan } from '../case.ts';
import { ask, cotejo, must, start, until } from '../commands.ts';
import { cortesOf } from '../fixtures.ts';
import { EMPTY, type Hashes, hashesIn, same, shownIn } from '../look.ts';
import { comeUp, configOf, soundness } from '../node-disk.ts';
import { nodeWith, partsOf } from './admit.ts';

/**
 * Corte 2 is live and was altered: other bytes, an emptied file, removed files, a stray. `difusor repair`, or (flag
 * `patrol`) the daemon, restores it. No file may be served that neither was there before nor is right. Flags: `tree` the
 * whole tree is gone, `content` all content is.
 */
export function repairCase(plan: CasePlan): Case {
  const { fixtures, flags } = plan;
  const [first, second] = fixtures.cortes;
  const cortes = cortesOf(first, second);
  const want = cortes.get(2)?.tree as Hashes;
  const isPatrol = flags.has('patrol');
  const treeOf = (home: string) => join(home, 'state/trees/jornada/000002');
  let damaged: Hashes = {};
  return {
    parts: partsOf(flags),
    lingerMs: 3000,
    async prepare(at) {
      const home = join(at, 'n');
      await nodeWith(plan, home, fixtures.trust, [first, second]);
      const tree = treeOf(home);
      const content = join(home, 'state/content/jornada');
      if (flags.has('tree')) rmSync(tree, { recursive: true });
      if (flags.has('content')) for (const name of readdirSync(content)) rmSync(join(content, name));
      if (!flags.has('tree')) {
        for (const [i, path] of Object.keys(want).sort().entries()) {
          if (i % 6 > 1 && i !== 2) continue;
          rmSync(join(tree, path));
          mkdirSync(dirname(join(tree, path)), { recursive: true });
          if (i % 6 === 0) writeFileSync(join(tree, path), 'ALTERED');
          if (i === 2) writeFileSync(join(tree, path), '');
        }
        writeFileSync(join(tree, 'stray.html'), 'stray');
      }
      damaged = hashesIn(tree);
    },
    async act(at, disk) {
      const home = join(at, 'n');
      if (!isPatrol) {
        const told = await cotejo(['difusor', 'repair', '--config', configOf(home), '--json']);
        must(shownIn(home, cortes) === 2, () => told.said);
        return;
      }
      const daemon = start(['difusor', 'run', '--config', configOf(home)]);
      must(await until(() => shownIn(home, cortes) === 2, 60), daemon.said);
      disk.mark('all right');
      await sleep(1000);
      await daemon.stop();
    },
    async judge(at, passed) {
      const home = join(at, 'n');
      const out: string[] = [];
      const have = hashesIn(treeOf(home));
      const made = Object.keys(have).filter((path) => have[path] !== want[path] && have[path] !== damaged[path]);
      const empty = made.filter((path) => have[path] === EMPTY).length;
      if (made.length > 0) out.push(`FAULT repair put wrong files before readers (${empty > 0 ? 'empty ones' : 'other bytes'})`);
      if (passed.has('done') && !same(have, want)) out.push('FAULT done was told, and the tree is not right');
      out.push(...(await comeUp(home, isPatrol ? 'run' : 'admit')));
      // The daemon restores what it comes by in its round; a repair by hand what a start does not look at.
      await ask(['difusor', 'repair', '--config', configOf(home)]);
      out.push(...(await soundness(home, { number: 2, trust: 1, cortes })));
      return [same(have, want) ? 'right' : same(have, damaged) ? 'as damaged' : 'partly', ...out];
    },
  };
}
