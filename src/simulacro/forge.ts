import { randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';
import { encodeDocument } from '../format/document.ts';
import { type CorteFile, deliveryName } from '../format/naming.ts';
import { encodeSignature, signedBytes } from '../format/sshsig.ts';
import type { Statement } from '../format/statement.ts';

/**
 * Deliveries that a node must not take, made of a corte that it has taken. All but the repeated one have a number that no
 * real corte will have soon, so that none of them is ever in the way of the IEC's next one.
 */

/** An admitted corte, as it lies in the chain. */
export interface Original {
  readonly statement: Statement;
  readonly files: Readonly<Record<CorteFile, Uint8Array>>;
}

/** A folder for an inbox. */
export interface Forged {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Of the numbers that an inbox takes in their turn, one far from the next. */
const AHEAD = 500;

/** Right in everything but who signed: the key was made a moment ago. */
export function byAStranger({ statement, files }: Original): Forged {
  const number = statement.number + AHEAD;
  const json = encodeDocument({ ...statement, number, note: 'Simulacro: este corte es falso' });
  const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(Uint8Array.from(randomBytes(32)));
  const signature = encodeSignature(
    publicKey,
    'corte@cotejo',
    nacl.sign.detached(Uint8Array.from(signedBytes(json, 'corte@cotejo')), secretKey),
  );
  return {
    name: deliveryName({ kind: 'corte', phase: statement.phase, number }),
    files: { ...files, 'corte.json': json, 'corte.json.sig': signature },
  };
}

/** Changed after it was signed. */
export function altered({ statement, files }: Original): Forged {
  const number = statement.number + AHEAD;
  return {
    name: deliveryName({ kind: 'corte', phase: statement.phase, number }),
    files: { ...files, 'corte.json': encodeDocument({ ...statement, number }) },
  };
}

/** Authentic, and under the name of a later one. */
export function renamed({ statement, files }: Original): Forged {
  return { name: deliveryName({ kind: 'corte', phase: statement.phase, number: statement.number + AHEAD }), files };
}

/** Authentic, and admitted before. */
export function repeated({ statement, files }: Original): Forged {
  return { name: deliveryName({ kind: 'corte', phase: statement.phase, number: statement.number }), files };
}
