/**
 * How we call what we have taken out of the way and could not move out of the inbox. What of it can be removed is removed as it
 * is taken, and at the next start. Whoever has the account can give the same name to what he likes, so the name alone says
 * nothing: that is looked at as an upload is.
 */
export const TAKEN = '.taken-';

/** So many are remembered: their owner may have made any number of them. */
const REMEMBERED = 10_000;

/** What this process took out of the way, or found so at its start, and could not remove. It is not looked at again. */
export interface TakenThere {
  /** @param path in the inbox, with a name that begins so */
  add(path: string): void;
  /** Whether to pass over it. Where more are there than are remembered, all are: each would have to be taken anew at each look. */
  has(path: string): boolean;
}

/** @param most how many are remembered; only a test asks for fewer */
export function newTakenThere(most = REMEMBERED): TakenThere {
  const paths = new Set<string>();
  return {
    add(path) {
      if (paths.size < most) paths.add(path);
    },
    has: (path) => paths.has(path) || paths.size >= most,
  };
}
