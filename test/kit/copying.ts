import type { ExecutionContext } from 'ava';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import type { Patience } from '../../src/espejo/bucket/patience.ts';
import type { Credentials, EspejoConfig } from '../../src/espejo/config.ts';
import { type Espejo, newPasses, type Passes } from '../../src/espejo/pass.ts';
import { type Corte, writeDelivery } from './cortes.ts';
import type { KitTrust } from './election.ts';
import { type KitNode, makeNode } from './node.ts';
import { espejoConfig, KEYS, type S3, startS3 } from './s3.ts';

/** A node on the disk, a real S3 server, and the copying from the one to the other. */
export interface Copying {
  readonly node: KitNode;
  readonly s3: S3;
  readonly passes: Passes;
  /** another process that copies to the same bucket */
  readonly another: (changes?: Partial<Espejo>, config?: Partial<EspejoConfig>, keys?: () => Promise<Credentials>) => Passes;
}

/** Quick to try again, and slow to give up: a busy machine is no store that hangs. */
export const PATIENCE: Patience = { stall: 30_000, slowest: 1, tries: 4, pause: 1, longest: 10 };

export async function copying(t: ExecutionContext, trust: KitTrust, config: Partial<EspejoConfig> = {}): Promise<Copying> {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  const s3 = await startS3(t);
  const another: Copying['another'] = (changes = {}, other = {}, keys = () => Promise.resolve(KEYS)) => {
    const own = espejoConfig(s3, node.config, { ...config, ...other });
    const stop = new AbortController();
    const bucket = openBucket(own, keys, stop.signal, PATIENCE);
    t.teardown(() => {
      stop.abort();
      bucket.close();
    });
    const clock = () => node.clock.now;
    return newPasses({ config: own, bucket, now: clock, elapsed: clock, random: () => 0.5, ...changes });
  };
  return { node, s3, passes: another(), another };
}

/** Brings a corte to the node, a minute after its hour. */
export async function admit(t: ExecutionContext, node: KitNode, corte: Corte): Promise<void> {
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  t.is((await node.outcomes())[corte.delivery], 'admitted');
}
