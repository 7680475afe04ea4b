import * as v from 'valibot';
import { isHash } from './hash.ts';
import { asked, saidOf } from './issue.ts';
import { pointOf } from './key.ts';
import { LIMITS } from './limits.ts';
import { type Code, Refusal } from './refusal.ts';
import { decodeUtf8, encodeUtf8, isPrintable } from './text.ts';
import { parseTime } from './time.ts';
import { words } from './words.ts';

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
  if (bytes.length > LIMITS.documentBytes) throw new Refusal('too-large', words.documentTooLarge);
  return parseExactly(bytes, schema, malformed);
}

/**
 * As {@link parseDocument}, for a document that has a limit of its own.
 * @param bytes no more than the caller's limit
 * @throws Refusal `malformed`
 */
export function parseExactly<T extends v.GenericSchema>(bytes: Uint8Array, schema: T, malformed: Code): v.InferOutput<T> {
  const text = decodeUtf8(bytes);
  if (text === null) throw new Refusal(malformed, words.notUtf8);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(malformed, words.notJson, { cause });
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const why = saidOf(schema, value, issue);
    throw new Refusal(malformed, path ? words.atMember(path, why) : why);
  }
  if (`${JSON.stringify(result.output, null, 2)}\n` !== text) {
    throw new Refusal(malformed, words.notCanonical);
  }
  return result.output;
}

// The kinds of member that all documents share.

const NAME = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** A string without control characters. */
export const text = v.pipe(v.string(), v.check(isPrintable, asked(words.control)));

export const name = v.pipe(v.string(), v.regex(NAME, asked(words.notName)));

/** A whole number, zero or more. `-0`, `1.0` and `1e3` are caught by the canonical spelling. */
export const number = v.pipe(v.number(), v.safeInteger(asked(words.notWhole)), v.minValue(0, asked(words.negative)));

export const positive = v.pipe(number, v.minValue(1, asked(words.notPositive)));

export const hash = v.pipe(v.string(), v.check(isHash, asked(words.notHash)));

export const time = v.pipe(
  v.string(),
  v.check((value) => parseTime(value) !== null, asked(words.notTime)),
);

export const key = v.pipe(
  v.string(),
  v.check((value) => pointOf(value) !== null, asked(words.notKey)),
);
