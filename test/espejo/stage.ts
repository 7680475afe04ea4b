import type { ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { auditLive } from '../../src/audit/live.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { httpClient } from '../../src/audit/source/http-get.ts';
import { Trouble, type TroubleCode } from '../../src/espejo/trouble.ts';
import { makeChain } from '../kit/cortes.ts';
import { type KitTrust, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { type S3 } from '../kit/s3.ts';

/** What `cotejo espejo` is tried with: a chain, a trust that ends it, and what readers have of a bucket. */

export const trust = signTrust(makeTrust());
export const chain = makeChain(10, { trust });

export async function pointerAt(s3: S3): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL('cotejo/ultimo.json', s3.site));
  return answer.ok ? ((await answer.json()) as Record<string, unknown>) : { status: answer.status };
}

/** What `audit chain` and `audit live` say of the bucket. */
export async function audited(s3: S3): Promise<{ number: number; files: number; same: number; cortes: number }> {
  const source = httpSource(new URL('cotejo/chain/', s3.site));
  const client = httpClient(8);
  try {
    const { phases, refused } = await auditChain(source, trust, { phase: 'jornada' });
    if (refused) throw new Error(refused.code);
    const [phase] = phases;
    const { base } = (await pointerAt(s3)) as { base: string };
    const live = await auditLive(client, new URL(base, s3.site), phase?.cortes ?? [], source, { rate: 100_000, connections: 8 });
    return { number: live.number, files: live.files, same: live.same, cortes: phase?.cortes.length ?? 0 };
  } finally {
    source.close();
    client.close();
  }
}

/** The code of the trouble that the work ends with. */
export async function troubleOf(t: ExecutionContext, work: Promise<unknown>): Promise<TroubleCode | undefined> {
  const error = await t.throwsAsync(work, { instanceOf: Trouble });
  return error?.code;
}

/** The trust after this one: what firma-1 signed counts up to this corte, and relevo-1 signs from then on. */
export function endedAfter(last: number): KitTrust {
  const signers = [
    makeSigner('ensayo-1', 'simulacro-1'),
    makeSigner('firma-1', 'jornada', 1, last),
    makeSigner('relevo-1', 'jornada'),
  ];
  return signTrust(nextTrust(trust, { signers }));
}
