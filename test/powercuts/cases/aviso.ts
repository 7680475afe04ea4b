import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, CasePlan } from '../case.ts';
import { ask, must, start, until } from '../commands.ts';
import { cortesOf } from '../fixtures.ts';
import { acuseIn, type Cortes, chainIn, shownIn } from '../look.ts';
import { admitAgain, audit, comeUp, configOf, deliver, placeOf } from '../node-disk.ts';
import { lengthOf, nodeWith, partsOf } from './admit.ts';

/** Corte 1 is old: the daemon shows the aviso. Corte 2 comes and is shown, grows old, and the aviso comes again. */
export function avisoCase(plan: CasePlan): Case {
  const { fixtures } = plan;
  const first = fixtures.quickCorte(1, null, Date.now() - 900_000);
  let second = first;
  let cortes: Cortes = cortesOf(first);
  const pages = new Set<string>();
  const isPage = (shown: number | string) => {
    if (typeof shown !== 'string' || !shown.startsWith('page ')) return false;
    pages.add(shown);
    return true;
  };
  return {
    parts: partsOf(plan.flags),
    lingerMs: 3000,
    async prepare(at) {
      await nodeWith(plan, join(at, 'n'), fixtures.quick, [first]);
      isPage(shownIn(join(at, 'n'), cortes));
    },
    async act(at, disk) {
      const home = join(at, 'n');
      const daemon = start(['difusor', 'run', '--config', configOf(home)]);
      const isShown = (isIt: (shown: number | string) => boolean) => until(() => isIt(shownIn(home, cortes)), 40);
      must(await isShown(isPage), daemon.said);
      disk.mark('aviso 1');
      second = fixtures.quickCorte(2, first, Math.floor(Date.now() / 1000) * 1000);
      cortes = cortesOf(first, second);
      deliver(home, second);
      must(await isShown((shown) => shown === 2), daemon.said);
      disk.mark('corte 2');
      must(await isShown(isPage), daemon.said);
      disk.mark('aviso 2');
      await sleep(1000);
      await daemon.stop();
    },
    async judge(at) {
      const home = join(at, 'n');
      const out: string[] = [];
      const say = (text: string) => void out.push(`FAULT ${text}`);
      const chainFolder = join(home, 'state/chain');
      const [shown, chain] = [shownIn(home, cortes), chainIn(chainFolder, cortes)];
      const has = lengthOf(chain);
      if (typeof shown === 'string' && !pages.has(shown)) say(`before the restart public is ${shown.slice(0, 80)}`);
      if (has === 0) say(`the chain: ${String(chain)}`);
      out.push(...(await comeUp(home, 'run')));
      const after = String(shownIn(home, cortes));
      if (!after.startsWith('page <') || !after.includes('</html>')) say(`after the restart public is ${after.slice(0, 80)}`);
      const number = lengthOf(chainIn(chainFolder, cortes));
      const newest = number === 2 ? second : first;
      const acuse = acuseIn(placeOf(home, 'outbox'), number);
      if (acuse !== newest.sha256) say(`the acuse of corte ${number} is ${acuse}`);
      const repaired = await ask(['difusor', 'repair', '--config', configOf(home)]);
      if (repaired.status !== 0) say(`repair ${repaired.status} ${repaired.said}`);
      const audited = await audit(home);
      if (audited.status !== 0) say(`audit chain ${audited.status} ${audited.said}`);
      if (number === 1) {
        deliver(home, second);
        const told = await admitAgain(home);
        if (told.status !== 0 || lengthOf(chainIn(chainFolder, cortes)) !== 2) say(`corte 2 after the aviso: ${told.said}`);
      }
      return [`shows ${typeof shown === 'number' ? shown : 'a page'}, chain to ${has}`, ...out];
    },
  };
}
