import { at, type KitTrust, makeTrust, signTrust } from '../kit/election.ts';

/** An election that is still far, and a drill that is open. */
export function trustAt(now: number): KitTrust {
  const plain = makeTrust({ now });
  const far = { opens_at: at(now + 3 * 24 * 3_600_000), closes_at: at(now + 9 * 24 * 3_600_000) };
  return signTrust({ ...plain, phases: plain.phases.map((phase) => (phase.kind === 'oficial' ? { ...phase, ...far } : phase)) });
}
