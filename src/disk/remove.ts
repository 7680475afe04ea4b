import { runProgram } from './program.ts';

/** So many paths of the longest kind (4,096 bytes) fit a command line. */
const AT_ONCE = 400;

/**
 * Removes folders whole, whoever filled them and however deep they are. coreutils' `rm` walks from open folder to open
 * folder: Node's own walks by paths, which end at 4,096 bytes (a tree can be deeper) and in which somebody else may
 * replace a folder by a link between the check and the removal.
 *
 * @returns whether all are gone. What we have no permission to remove stays, and is no error: it must not stop anything
 *   else
 */
export async function removeWhole(...paths: readonly string[]): Promise<boolean> {
  let isAll = true;
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const { status } = await runProgram('rm', ['-rf', '--', ...paths.slice(from, from + AT_ONCE)], { stdio: 'ignore' });
    isAll &&= status === 0;
  }
  return isAll;
}

/**
 * As {@link removeWhole}, of what others filled: there may be any number of files in it.
 * @param waiting called every second while it is being removed: whoever gives signs of life does so here
 */
export async function removeFilled(paths: readonly string[], waiting: () => void): Promise<boolean> {
  const timer = setInterval(waiting, 1000);
  try {
    return await removeWhole(...paths);
  } finally {
    clearInterval(timer);
  }
}
