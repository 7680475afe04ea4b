import { Said } from './said.ts';
import { REASONS_IN_SPANISH } from './system-reasons.ts';

/** Reads what was thrown, which may be anything: libraries may throw values that are no Error. */

/** @returns the system's error code, such as `ENOENT`; undefined where there is none */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** @returns the message, in English; no decision may depend on it */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** @returns the message, for people, in both languages where it is told in both; a failure of the system is */
export function saidBy(thrown: unknown): Said {
  if (thrown instanceof Error && 'said' in thrown && thrown.said instanceof Said) return thrown.said;
  const english = messageOf(thrown);
  return new Said(english, systemInSpanish(thrown) ?? english);
}

function systemInSpanish(thrown: unknown): string | null {
  const code = codeOf(thrown) ?? '';
  const reason = Object.hasOwn(REASONS_IN_SPANISH, code) ? REASONS_IN_SPANISH[code] : undefined;
  if (reason === undefined || !(thrown instanceof Error)) return null;
  const place = 'path' in thrown && typeof thrown.path === 'string' ? `${thrown.path}: ` : '';
  return `${place}${reason} (${code})`;
}
