/** What was thrown, which may be anything: a library of somebody else's throws what it likes. */

/** @returns the system's name of what went wrong, `ENOENT`; undefined where what was thrown has none */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** @returns what it says, for people; nothing may be decided by it */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
