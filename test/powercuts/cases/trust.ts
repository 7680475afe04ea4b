import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, CasePlan } from '../case.ts';
import { must, until } from '../commands.ts';
import { cortesOf } from '../fixtures.ts';
import { acuseIn, chainIn, hashesIn, same, shownIn } from '../look.ts';
import { admit, admitAgain, type By, comeUp, deliver, deliverTrust, placeOf, runUntilSettled, soundness } from '../node-disk.ts';
import { lengthOf, nodeWith, partsOf } from './admit.ts';

/** The delivery of trust 2 is taken, by `difusor admit` or (flag `run`) by the daemon. */
function taking(plan: CasePlan, by: By, of: 'grown' | 'revoking') {
  return async (at: string): Promise<void> => {
    const home = join(at, 'n');
    if (by === 'admit') {
      deliverTrust(home, plan.fixtures[of]);
      const told = await admit(home);
      must(told.status === 0, () => told.said);
      return;
    }
    const daemon = await runUntilSettled(home);
    deliverTrust(home, plan.fixtures[of]);
    must(await until(() => !existsSync(join(placeOf(home, 'inbox'), 'trust-2')), 40), daemon.said);
  };
}

const byOf = ({ flags }: CasePlan): By => (flags.has('run') ? 'run' : 'admit');

/** Corte 1 is live under trust 1; trust 2 adds a signer. */
export function trustCase(plan: CasePlan): Case {
  const { trust, grown, cortes: made } = plan.fixtures;
  const by = byOf(plan);
  const cortes = cortesOf(made[0]);
  return {
    parts: partsOf(plan.flags),
    lingerMs: 4000,
    prepare: (at) => nodeWith(plan, join(at, 'n'), trust, [made[0]]),
    act: taking(plan, by, 'grown'),
    async judge(at, passed) {
      const home = join(at, 'n');
      const out: string[] = [];
      const shown = shownIn(home, cortes);
      if (shown !== 1) out.push(`FAULT before the restart public is ${shown}`);
      const isHeld = existsSync(join(home, 'state/chain/trust/2.json'));
      if (passed.has('done') && !isHeld) out.push('FAULT done was told, and trust 2 is not there');
      out.push(...(await comeUp(home, by)));
      const isHeldNow = existsSync(join(home, 'state/chain/trust/2.json'));
      if (isHeld && !isHeldNow) out.push('FAULT trust 2 was in the chain and left it');
      out.push(...(await soundness(home, { number: 1, trust: isHeldNow ? 2 : 1, cortes })));
      if (!isHeldNow) {
        deliverTrust(home, grown);
        const told = await admitAgain(home);
        if (told.status !== 0) out.push(`FAULT trust 2 delivered once more: ${told.said}`);
        out.push(...(await soundness(home, { number: 1, trust: 2, cortes })));
      }
      return [`held ${isHeld}, then ${isHeldNow}`, ...out];
    },
  };
}

/** Cortes 1 to 3 are live; trust 2 ends their signer at 1: cortes 2 and 3 leave, and corte 1 is shown again. */
export function revokeCase(plan: CasePlan): Case {
  const { trust, revoking, cortes: made, afterRevoking } = plan.fixtures;
  const by = byOf(plan);
  const cortes = cortesOf(...made);
  const left = cortesOf(made[0]);
  const evidence = (home: string, n: number) => {
    const folder = join(home, 'state/revoked');
    const prefix = `jornada-${String(n).padStart(6, '0')}-${made[n - 1]?.sha256.slice(0, 16)}`;
    const name = readdirSync(folder).find((entry) => entry.startsWith(prefix));
    return name === undefined ? {} : hashesIn(join(folder, name));
  };
  const isEvidence = (home: string, n: number) => same(evidence(home, n), cortes.get(n)?.files ?? {});
  return {
    parts: partsOf(plan.flags),
    lingerMs: 4000,
    prepare: (at) => nodeWith(plan, join(at, 'n'), trust, made),
    act: taking(plan, by, 'revoking'),
    async judge(at, passed) {
      const home = join(at, 'n');
      const out: string[] = [];
      const say = (text: string) => void out.push(`FAULT ${text}`);
      const [shown, chain] = [shownIn(home, cortes), chainIn(join(home, 'state/chain'), cortes)];
      if (shown !== 3 && shown !== 1) say(`before the restart public is ${shown}`);
      const has = lengthOf(chain);
      if (has === 0) say(`before the restart the chain: ${String(chain)}`);
      for (const n of [2, 3]) if (has < n && !isEvidence(home, n)) say(`corte ${n} left the chain and is no evidence`);
      const isHeld = existsSync(join(home, 'state/chain/trust/2.json'));
      if (passed.has('done') && !(isHeld && shown === 1 && has === 1))
        say(`done was told: public ${shown}, chain ${String(chain)}`);
      if (!isHeld && has < 3) say('cortes left without the document that disowns them');
      out.push(...(await comeUp(home, by)));
      if (!existsSync(join(home, 'state/chain/trust/2.json'))) {
        if (isHeld) say('trust 2 left the chain');
        out.push(...(await soundness(home, { number: 3, trust: 1, cortes })));
        deliverTrust(home, revoking);
        const told = await admitAgain(home);
        if (told.status !== 0) say(`trust 2 delivered once more: ${told.said}`);
      }
      out.push(...(await soundness(home, { number: 1, trust: 2, cortes: left })));
      for (const n of [2, 3]) {
        if (!isEvidence(home, n)) say(`corte ${n} is no evidence in the end`);
        if (acuseIn(placeOf(home, 'outbox'), n) !== null) say(`the acuse of corte ${n}, which was revoked, is still out`);
      }
      // The Institute goes on with another corte 2.
      deliver(home, afterRevoking);
      const told = await admitAgain(home);
      if (told.status !== 0) say(`the new corte 2: ${told.said}`);
      else if (shownIn(home, cortesOf(made[0], afterRevoking)) !== 2) say('the new corte 2 is not what is shown');
      return [`shows ${typeof shown === 'number' ? shown : 'something wrong'}, chain to ${has}`, ...out];
    },
  };
}
