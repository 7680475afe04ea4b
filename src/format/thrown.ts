import { Said, said } from './said.ts';

/** Reads what was thrown, which may be anything: libraries may throw values that are no Error. */

/** @returns the system's error code, such as `ENOENT`; undefined where there is none */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** @returns the message, in English; no decision may depend on it */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** @returns the message, for people, in both languages where it is told in both */
export function saidBy(thrown: unknown): Said {
  return thrown instanceof Error && 'said' in thrown && thrown.said instanceof Said ? thrown.said : said(messageOf(thrown));
}
