import { firstDisowned, moveDisowned } from '../../chain/disowned.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { asOwn } from '../phase/own-chain.ts';
import { lookAgain, type OpenPhase } from '../phase/phase.ts';

/**
 * How a stolen signing key is undone: when the newest trust document ends a signer below cortes that it signed, those
 * and all after them leave the chain for `revoked/`, as evidence, and with each its acuse. The phase's newest corte is
 * then the newest that remains; the caller publishes it.
 * @throws Error where something can't be read or moved
 */
export async function cutDisowned(phase: OpenPhase, trust: TrustChain): Promise<void> {
  const { name, chain, revoked, acuses, setting } = phase;
  const last = phase.head?.statement.number ?? 0;
  const first = await firstDisowned(chain, name, last, trust);
  if (first === null) return;
  setting.tell({ event: 'revoked', phase: name, from: first, to: last });
  const moved = moveDisowned(chain, revoked, name, [first, last], {
    async before(number) {
      setting.step('before revoking');
      await acuses.withdraw(number);
    },
    after: () => setting.step('after revoking'),
  });
  await asOwn(moved);
  await lookAgain(phase);
}
