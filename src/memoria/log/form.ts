import type { Form } from '../figures.ts';
import { combinedReader } from './combined.ts';
import type { ReadLine } from './entry.ts';
import { jsonReader } from './json.ts';
import { w3cReader } from './w3c.ts';

/** Which form a log has: the first byte of a line says it, since no address begins with a brace or a hash. */
export function formOf(bytes: Buffer, from: number): Form {
  if (bytes[from] === 0x23) return 'w3c';
  return bytes[from] === 0x7b ? 'json' : 'combined';
}

/** A reader of one file's lines: it remembers what it saw before. */
export function readerOf(form: Form): ReadLine {
  const make = { combined: combinedReader, json: jsonReader, w3c: w3cReader }[form];
  return make();
}
