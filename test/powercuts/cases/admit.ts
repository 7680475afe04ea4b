import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Corte } from '../../kit/cortes.ts';
import type { KitTrust } from '../../kit/election.ts';
import type { Case, CasePlan } from '../case.ts';
import { killedAfter, must, until } from '../commands.ts';
import { cortesOf } from '../fixtures.ts';
import { acuseIn, chainIn, isJson, shownIn, sixDigits } from '../look.ts';
import { admit, admitAgain, type By, comeUp, deliver, moveOut, placeOf, runUntilSettled, soundness } from '../node-disk.ts';

/**
 * Corte 1 is live, and corte 2 is taken: by `difusor admit` or by the daemon. Flags: `away` the outbox, `far` the inbox is
 * on another file system; `killed` the command was killed right after A13's rename, and went on before the cut; `early`
 * the phase is not open yet.
 */
export function admitCase(plan: CasePlan, by: By): Case {
  const { fixtures, flags } = plan;
  const isEarly = flags.has('early');
  const [first, second] = isEarly ? fixtures.earlyCortes : fixtures.cortes;
  const cortes = cortesOf(first, second);
  let waiting: string | undefined;
  return {
    parts: partsOf(flags),
    lingerMs: 6000,
    async prepare(at) {
      await nodeWith(plan, join(at, 'n'), isEarly ? fixtures.early : fixtures.trust, [first]);
      const shown = shownIn(join(at, 'n'), cortes);
      if (isEarly) waiting = String(shown);
      must(isEarly || shown === 1, () => String(shown));
    },
    watched: (at) => ({ 'acuse visible': acuseFile(join(at, 'n'), 2) }),
    async act(at, disk) {
      const home = join(at, 'n');
      if (by === 'run') {
        const daemon = await runUntilSettled(home);
        deliver(home, second);
        const isTaken = () => existsSync(acuseFile(home, 2)) && !existsSync(join(placeOf(home, 'inbox'), second.delivery));
        must(await until(isTaken, 40), daemon.said);
        return;
      }
      deliver(home, second);
      if (flags.has('killed')) {
        const killed = await admit(home, killedAfter('chain/jornada/000002'));
        must(killed.status === 'SIGKILL', () => killed.said);
        disk.mark('killed');
      }
      const told = await admit(home);
      must(told.status === 0, () => told.said);
    },
    async judge(at, passed) {
      const home = join(at, 'n');
      const out: string[] = [];
      const say = (text: string) => void out.push(`FAULT ${text}`);
      const [shown, chain, acuse] = [
        shownIn(home, cortes),
        chainIn(join(home, 'state/chain'), cortes),
        acuseIn(placeOf(home, 'outbox'), 2),
      ];
      const has = typeof chain === 'string' ? 0 : chain.length;
      if (isEarly ? shown !== waiting : shown !== 1 && shown !== 2) say(`before the restart public is ${shown}`);
      if (has !== 1 && has !== 2) say(`before the restart the chain: ${String(chain)}`);
      if (shown === 2 && has === 1) say('corte 2 is shown and not in the chain');
      const isHeard = (acuse !== null && acuse !== 'part') || passed.has('acuse visible');
      if (isHeard && has === 1) say('acknowledged but lost: the acuse was out, and corte 2 is not in the chain');
      if (acuse === 'part') out.push('NOTE an acuse without its signature');
      if (!isJson(textOf(join(home, 'state/chain/index.json')))) out.push('NOTE index.json is empty or torn until the restart');
      if (passed.has('done') && (has !== 2 || (shown !== 2 && !isEarly))) say('done was told, and corte 2 is not there');
      out.push(...(await comeUp(home, by)));
      const after = chainIn(join(home, 'state/chain'), cortes);
      const number = typeof after === 'string' ? 0 : after.length;
      if (has === 2 && number !== 2) say('corte 2 was in the chain and left it');
      const expected = { trust: 1, cortes, ...(waiting !== undefined && { page: waiting }) };
      out.push(...(await soundness(home, { ...expected, number })));
      if (number === 1) {
        deliver(home, second);
        const told = await admitAgain(home);
        if (told.status !== 0) say(`the corte delivered once more: ${told.said}`);
        out.push(...(await soundness(home, { ...expected, number: 2 })));
      }
      return [`shows ${typeof shown === 'number' ? shown : 'a page'}, chain to ${has}, then to ${number}`, ...out];
    },
  };
}

export function partsOf(flags: ReadonlySet<string>): 1 | 2 {
  return flags.has('away') || flags.has('far') ? 2 : 1;
}

export function acuseFile(home: string, number: number): string {
  return join(placeOf(home, 'outbox'), 'acuses/jornada', `${sixDigits(number)}.json`);
}

/** A node's home with its first cortes admitted; its inbox and outbox lie where the flags say. */
export async function nodeWith(
  { fixtures, flags }: CasePlan,
  home: string,
  trust: KitTrust,
  cortes: readonly Corte[],
): Promise<void> {
  await fixtures.node(home, trust);
  if (flags.has('away')) moveOut(home, 'outbox');
  if (flags.has('far')) moveOut(home, 'inbox');
  for (const corte of cortes) deliver(home, corte);
  const told = await admit(home);
  must(told.status === 0, () => told.said);
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

export function lengthOf(chain: ReturnType<typeof chainIn>): number {
  return typeof chain === 'string' ? 0 : chain.length;
}
