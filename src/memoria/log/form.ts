import type { Form } from '../figures.ts';
import { combinedReader } from './combined.ts';
import type { ReadLine } from './entry.ts';
import { jsonReader } from './json.ts';
import { w3cReader } from './w3c.ts';

/** Which form a log has: the first character of a line says it, since no address begins with a brace or a hash. */
export function formOf(bytes: Buffer, from: number): Form {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x09) i++;
  if (bytes[i] === 0x23) return 'w3c';
  return bytes[i] === 0x7b ? 'json' : 'combined';
}

/** A reader of one file's lines: it remembers what it saw before. */
export function readerOf(form: Form): ReadLine {
  const make = { combined: combinedReader, json: jsonReader, w3c: w3cReader }[form];
  return make();
}
