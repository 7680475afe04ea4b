/** Reads what was thrown, which may be anything: libraries may throw values that are no Error. */

/** @returns the system's error code, such as `ENOENT`; undefined where there is none */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** @returns the message, for people; no decision may depend on it */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
