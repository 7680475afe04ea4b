import type { Hash } from '../../format/hash.ts';

/**
 * How a web server answers for what it does not have. Most say 404. An object store says 403, because it does not tell
 * whether something is there; some hosts show a page, with 200. Which of them one is told from its answer for a name that
 * nobody has: what is answered like that is absent, and the same answer from any other server keeps the reader out.
 */
export interface Absence {
  readonly status: number;
  /** whether a web page came */
  readonly isPage: boolean;
  readonly sha256: Hash | null;
}

/** Versions of trust begin with 1. */
export const NO_SUCH_DOCUMENT = 'trust/0.json';

/** No publication has it: the name is the sites' own. */
export const NO_SUCH_FILE = 'cotejo/no-existe.html';

const USUAL: Absence = { status: 404, isPage: false, sha256: null };

/** Asks once, and only when something depends on it; where the answer can't be had, the server is taken for a usual one. */
export function absenceOf(ask: () => Promise<Absence>): () => Promise<Absence> {
  let asked: Promise<Absence> | undefined;
  return () => (asked ??= ask().catch(() => USUAL));
}

/** Whether a file is absent by this status: alone, or because the server answers so for what it does not have. */
export async function isAbsent(status: number, absence: () => Promise<Absence>): Promise<boolean> {
  return status === 404 || status === 410 || (status === 403 && (await absence()).status === 403);
}
