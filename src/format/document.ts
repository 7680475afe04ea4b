import * as v from 'valibot';
import { isHash } from './hash.ts';
import { pointOf } from './key.ts';
import { LIMITS } from './limits.ts';
import { type Code, Refusal } from './refusal.ts';
import { decodeUtf8, encodeUtf8, isPrintable } from './text.ts';
import { parseTime } from './time.ts';

/**
 * Documents: JSON with exactly one valid spelling. A reader parses, encodes what it understood and compares with what
 * it was given, so that no two readers can disagree about bytes that carry a signature: duplicate members, another
 * order, `1.0`, `\u0041`, a BOM or a space too many are all *malformed*.
 */

/** The bytes of a value whose members stand in the order of the format. */
export function encodeDocument(value: unknown): Uint8Array {
  return encodeUtf8(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * @param schema made of `strictObject`s, whose output has the members in the schema's order
 * @param malformed the code for anything that is not exactly this document
 * @throws Refusal `too-large` over 64 KiB, else `malformed`
 */
export function parseDocument<T extends v.GenericSchema>(bytes: Uint8Array, schema: T, malformed: Code): v.InferOutput<T> {
  if (bytes.length > LIMITS.documentBytes) throw new Refusal('too-large', 'the document is over 64 KiB');
  const text = decodeUtf8(bytes);
  if (text === null) throw new Refusal(malformed, 'not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(malformed, 'not JSON', { cause });
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    throw new Refusal(malformed, path ? `${path}: ${issue.message}` : issue.message);
  }
  if (`${JSON.stringify(result.output, null, 2)}\n` !== text) {
    throw new Refusal(malformed, 'not in its one canonical spelling (order, duplicates, white space or escapes)');
  }
  return result.output;
}

// The kinds of member that all documents share.

const NAME = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** A string without control characters. */
export const text = v.pipe(v.string(), v.check(isPrintable, 'holds a control character'));

export const name = v.pipe(v.string(), v.regex(NAME, 'not a name: a-z, 0-9 and inner hyphens, at most 32'));

/** A whole number, zero or more. `-0`, `1.0` and `1e3` are caught by the canonical spelling. */
export const number = v.pipe(v.number(), v.safeInteger('not a whole number'), v.minValue(0, 'negative'));

export const positive = v.pipe(number, v.minValue(1, 'less than 1'));

export const hash = v.pipe(v.string(), v.check(isHash, 'not 64 lower-case hexadecimal digits'));

export const time = v.pipe(
  v.string(),
  v.check((value) => parseTime(value) !== null, 'not a time as YYYY-MM-DDThh:mm:ss±hh:mm'),
);

export const key = v.pipe(
  v.string(),
  v.check((value) => pointOf(value) !== null, 'not a sound ssh-ed25519 key without comment'),
);
