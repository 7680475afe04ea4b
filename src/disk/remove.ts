import { runProgram } from './program.ts';

/**
 * Removes folders whole, whoever filled them and however deep they are. coreutils' `rm` walks from open folder to open
 * folder: Node's own walks by paths, which end at 4,096 bytes (a tree can be deeper) and in which somebody else may
 * replace a folder by a link between the check and the removal.
 *
 * @returns whether all are gone. What we have no permission to remove stays, and is no error: it must not stop anything
 *   else
 */
export async function removeWhole(...paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return true;
  const { status } = await runProgram('rm', ['-rf', '--', ...paths], { stdio: 'ignore' });
  return status === 0;
}
