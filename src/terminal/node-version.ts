/**
 * Whether this is a Node that cotejo runs on. The whole file is syntax that a Node of 2019 can read: it is what an old one
 * is told by, and whatever else is imported there dies first, of a name that the old one does not have.
 */

/**
 * As in `engines` of package.json; a test holds them together.
 * @internal
 */
export const NEEDED = '20.19';

/** Lines of Node that are newer than {@link NEEDED} and were begun before it: what they lack came to them with this one. */
const NEEDED_OF_22 = '22.2';

/**
 * @param version as `process.versions.node`, `18.20.4`
 * @param program the file of the Node that runs
 * @param isSpanish whether it is said in Spanish
 * @returns in one sentence that it is too old, null where it is not
 */
export function whyTooOld(version: string, program: string, isSpanish = false): string | null {
  const numbers = version.split('.').map(Number);
  const major = numbers[0] || 0;
  const needed = major < 21 ? NEEDED : NEEDED_OF_22;
  const least = needed.split('.').map(Number);
  const isOld = major < least[0]! || (major === least[0] && (numbers[1] || 0) < least[1]!);
  if (!isOld) return null;
  return isSpanish
    ? `${program} es Node ${version}, y cotejo necesita Node ${needed} o posterior`
    : `${program} is Node ${version}, and cotejo needs Node ${needed} or newer`;
}

/** Whether whoever starts this reads Spanish: in few words what `languageOf` says, whose file an old Node can't read. */
export function readsSpanish(env: Readonly<Record<string, string | undefined>>, args: readonly string[]): boolean {
  const line = ` ${args.join(' ')} `;
  if (/ --lang[ =]es /.test(line)) return true;
  return / --lang[ =]en /.test(line) ? false : /^es/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '');
}
