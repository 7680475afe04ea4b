import { readFileSync } from 'node:fs';
import { shared } from '../kit/programs.ts';
import type { Edge } from './ed25519-edges.ts';

interface Wycheproof {
  testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[];
}
type Cctv = { number: number; key: string; sig: string; msg: string; strict: boolean }[];

/**
 * The public vectors of Wycheproof (151, with its verdicts) and of CCTV (914, with those of libsodium). They lie in
 * `shared/vectors` beside the repository, not in it: only for trials that `requiresShared('vectors')`.
 */
export function publicVectors(): Edge[] {
  const read = (name: string): unknown => JSON.parse(readFileSync(shared(`vectors/${name}`), 'utf8'));
  const { testGroups } = read('ed25519-wycheproof.json') as Wycheproof;
  const wycheproof = testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, msg, sig, result }) => ({
      name: `Wycheproof ${tcId}`,
      message: hex(msg),
      signature: hex(sig),
      key: hex(publicKey.pk),
      verdict: result === 'valid',
    })),
  );
  const cctv = (read('ed25519-cctv.json') as Cctv).map(({ number, key, sig, msg, strict }) => ({
    name: `CCTV ${number}`,
    message: Buffer.from(msg),
    signature: hex(sig),
    key: hex(key),
    verdict: strict,
  }));
  return [...wycheproof, ...cctv];
}

function hex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}
