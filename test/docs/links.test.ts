import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { repository } from '../kit/programs.ts';

/** A comment that names something by `{@link X}` sends its reader there, so X must be declared or imported in its file. */

const LINK = /\{@link\s+([^}|\s]+)[^}]*\}/g;
const IMPORT = /^import\s+(?:type\s+)?([^;']+?)\s+from\s/gm;

/** The names that an import statement brings into its file. */
function importedIn(code: string): string[] {
  return [...code.matchAll(IMPORT)].flatMap(([, clause]) =>
    (clause as string)
      .split(/[{},]/)
      .map((part) => part.trim().replace(/^type\s+/, ''))
      .map((part) => part.split(/\s+as\s+/).at(-1) as string)
      .filter((part) => part !== ''),
  );
}

/** Whether a line of code in the file, not a comment, declares it: by itself, or as a member. */
function isDeclaredIn(code: string, name: string): boolean {
  const alone = `(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?(?:async\\s+)?(?:function\\*?|class|interface|type|enum|const|let)\\s+${name}\\b`;
  const member = `(?:(?:readonly|static|override|async|get|set)\\s+|\\*)*${name}\\??[(:<]`;
  return new RegExp(`^\\s*(?:${alone}|${member})`, 'm').test(code);
}

/** @returns the links that lead nowhere */
function deadLinksIn(code: string): string[] {
  const imported = new Set(importedIn(code));
  return [...code.matchAll(LINK)]
    .map(([, name]) => name as string)
    .filter((name) => {
      const [first, ...members] = name.split('.') as [string, ...string[]];
      if (imported.has(first)) return false;
      return ![first, ...members].every((part) => isDeclaredIn(code, part));
    });
}

test('each {@link} in a comment names something that its file declares or imports', async (t) => {
  const dead: string[] = [];
  for (const folder of ['src', 'test', 'bench']) {
    for (const file of await readdir(join(repository(), folder), { recursive: true })) {
      if (!file.endsWith('.ts') || join(folder, file) === 'test/docs/links.test.ts') continue;
      const code = await readFile(join(repository(), folder, file), 'utf8');
      dead.push(...deadLinksIn(code).map((name) => `${folder}/${file}: {@link ${name}}`));
    }
  }
  t.deepEqual(dead, []);
});

test('a link to a name that is elsewhere, was renamed or is only mentioned is dead', (t) => {
  const code = `
import { type A, b as c } from './x.ts';
import d, * as e from 'y';
/** {@link A} {@link b} {@link c} {@link d} {@link e} {@link f} {@link g} {@link G.h} {@link G.i} {@link j|other} */
export async function f(): Promise<void> {}
interface G {
  readonly h?: string;
}
// const g = 1;
`;
  t.deepEqual(deadLinksIn(code), ['b', 'g', 'G.i', 'j']);
});
