import { statSync } from 'node:fs';
import * as v from 'valibot';
import { trustFolder } from '../chain/chain-folder.ts';
import { openTrust } from '../difusor/admission/trust.ts';
import { viewNode } from '../difusor/open.ts';
import { type Node, openToLook } from '../difusor/phase/node.ts';
import type { DifusorConfig } from '../difusor/setup/config.ts';
import { readIfThere } from '../disk/bounded-file.ts';
import type { Padron } from '../format/padron.ts';
import { decodeUtf8 } from '../format/text.ts';
import { instantOf } from '../format/time.ts';
import type { Head } from '../verdict/corte.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';

/** What this node has, read from what everybody may read of it. Nothing of it is changed, and no lock is held. */
export interface OwnNode {
  readonly trust: TrustChain;
  /** its newest corte of each phase, the official phases first, then by the hour at which they opened, the latest first */
  readonly phases: readonly { readonly name: string; readonly head: Head | null }[];
  /** of the newest official corte; null where it has none */
  readonly padron: Padron | null;
  /** deliveries that the IEC has brought or is bringing, as the daemon said a moment ago */
  readonly arriving: ReadonlySet<string>;
}

const STATUS_BYTES = 1024 * 1024;

/** The part of the daemon's status that we look at; an older daemon has no `arriving`. */
const waitingIn = v.object({
  waiting: v.array(v.object({ delivery: v.string(), lacks: v.nullable(v.string()) })),
  arriving: v.optional(v.array(v.string()), []),
});

/** @returns what looks again at each call. It throws what `viewNode` throws */
export function ownNode(config: DifusorConfig, now: () => number): () => Promise<OwnNode> {
  let node: Node | null = null;
  let seen = 0;
  return async () => {
    node ??= await viewNode(config, now);
    const changed = statSync(trustFolder(node.rooms.chain), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed !== seen) node.trust = await openTrust(node.anchor, node.rooms.chain);
    seen = changed;
    await openToLook(node);
    const phases = [...node.phases.values()].sort(
      (a, b) =>
        Number(b.rules.kind === 'oficial') - Number(a.rules.kind === 'oficial') ||
        instantOf(b.rules.opens_at) - instantOf(a.rules.opens_at),
    );
    const newest = phases.find(({ head }) => head !== null)?.head ?? null;
    return {
      trust: node.trust,
      phases: phases.map(({ name, head }) => ({ name, head })),
      padron: (await newest?.padron()) ?? null,
      arriving: await arrivingAt(node.rooms.status),
    };
  };
}

async function arrivingAt(status: string): Promise<Set<string>> {
  try {
    const text = decodeUtf8((await readIfThere(status, STATUS_BYTES)) ?? new Uint8Array());
    const { waiting, arriving } = v.parse(waitingIn, JSON.parse(text ?? ''));
    return new Set([...waiting.filter(({ lacks }) => lacks === null).map(({ delivery }) => delivery), ...arriving]);
  } catch {
    return new Set(); // nobody is at work, or has not said so yet: then nothing is known to arrive
  }
}
