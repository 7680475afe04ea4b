import * as v from 'valibot';
import { hash, key, name, number, positive } from '../../format/document.ts';
import { decodeUtf8 } from '../../format/text.ts';

/** The forms of what the lector keeps. What is read back may be anything: whatever has another form was not kept. */

const bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array);

const corteFiles = v.object({ corteJson: bytes, signature: bytes, sums: bytes });
const signedTrusts = v.array(v.object({ bytes, signatures: v.array(bytes) }));
const seen = v.object({ number, sha256: v.nullable(hash), signer: v.nullable(key) });
const fork = v.object({ phase: name, number: positive, one: hash, other: hash, proof: hash });
const pin = v.object({ phase: name, number: positive, sha256: hash, marco: v.string(), path: v.string() });
const pins = v.array(v.tuple([v.string(), pin]));
const revoked = v.object({ number: positive, sha256: hash, version: positive });
const place = v.object({ phase: name, number: positive });

/** The three files of a corte from which everything else follows. */
export type CorteFiles = v.InferOutput<typeof corteFiles>;

/**
 * The newest corte of a phase that was shown, and its signer's key. Both are null where it was revoked: what is older stays
 * behind.
 */
export type Seen = v.InferOutput<typeof seen>;

/** Two histories: `one` was seen, and `proof`, which is or follows `other`, is signed as well. */
export type Fork = v.InferOutput<typeof fork>;

/** The corte that a document is of, and the address it was opened at. */
export type Pin = v.InferOutput<typeof pin>;

/** The newest corte that was seen of a phase, until this version of the trust took its signer away. */
export type Revoked = v.InferOutput<typeof revoked>;

export const readCorteFiles = (value: unknown) => read(corteFiles, value);
export const readSignedTrusts = (value: unknown) => read(signedTrusts, value) ?? [];
export const readSeen = (value: unknown) => read(seen, value);
export const readFork = (value: unknown) => read(fork, value);
export const readRevoked = (value: unknown) => read(revoked, value);
export const readPins = (value: unknown) => read(pins, value) ?? [];

/** Where a statement says that it belongs. Nothing of it is checked. */
export function placeIn(corteJson: Uint8Array): { readonly phase: string; readonly number: number } | null {
  try {
    return read(place, JSON.parse(decodeUtf8(corteJson) ?? ''));
  } catch {
    return null;
  }
}

function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | null {
  const { success, output } = v.safeParse(schema, value);
  return success ? output : null;
}
