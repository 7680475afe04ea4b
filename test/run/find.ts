import { basename, dirname } from 'node:path';

/**
 * Finds the test files that a name means: the name of a test, a module or a folder. Paths are those of sources, in the
 * repository.
 */

export interface Sources {
  /** `test/**` that end in .test.ts */
  readonly tests: readonly string[];
  /** `src/**` */
  readonly modules: readonly string[];
  /** @returns the modules that a test or a module imports */
  readonly importsOf: (path: string) => readonly string[];
}

/**
 * @param name of a test, a module or a folder of tests: a path with or without its extension, the end of one
 *   (`care/patrol`), or a bare name (`patrol`)
 * @returns test files; none where nothing has the name, or where no test reaches the module
 */
export function testsOf(name: string, { tests, modules, importsOf }: Sources): string[] {
  const asked = stem(name.replace(/^\.?\//, '').replace(/^dist\//, ''));
  const named = tests.filter((test) => endsWith(stem(test), asked));
  if (named.length > 0) return named;
  const tested = modules.filter((module) => endsWith(stem(module), asked));
  if (tested.length > 0) {
    const own = tests.filter((test) => tested.some((module) => stem(test) === stem(module).replace(/^src/, 'test')));
    return own.length > 0 ? own : testsThrough(tested, { tests, modules, importsOf });
  }
  return tests.filter((test) => `/${dirname(test)}/`.includes(`/${asked.replace(/\/$/, '')}/`));
}

/**
 * A module without a test file of its own is tested by those that import it or, where none does, its importers; a
 * module that is only run together with others (src/page, in a browser) is tested by the tests of its folder, or of the
 * nearest one above it that has some.
 */
function testsThrough(tested: readonly string[], { tests, modules, importsOf }: Sources): string[] {
  const reached = new Set(tested);
  for (let before = 0; before < reached.size; ) {
    const reaches = (path: string) => importsOf(path).some((imported) => reached.has(imported));
    const found = tests.filter(reaches);
    if (found.length > 0) return found;
    before = reached.size;
    for (const module of modules.filter(reaches)) reached.add(module);
  }
  return tested.flatMap((module) => testsOfRoom(dirname(module).replace(/^src/, 'test'), tests));
}

function testsOfRoom(folder: string, tests: readonly string[]): string[] {
  if (!folder.includes('/')) return [];
  const own = tests.filter((test) => stem(test) === folder);
  const found = own.length > 0 ? own : tests.filter((test) => dirname(test) === folder);
  return found.length > 0 ? found : testsOfRoom(dirname(folder), tests);
}

/** @returns the names that are most similar to an unknown one, the most similar first */
export function nearest(name: string, { tests, modules }: Sources, count = 5): string[] {
  const asked = basename(stem(name));
  const distance = (path: string) => edits(asked, basename(stem(path)));
  return [...tests, ...modules].sort((a, b) => distance(a) - distance(b)).slice(0, count);
}

function stem(path: string): string {
  return path.replace(/\.(ts|js)$/, '').replace(/\.test$/, '');
}

function endsWith(path: string, end: string): boolean {
  return `/${path}`.endsWith(`/${end}`);
}

/** How many characters must be inserted, removed or changed to turn one word into the other (Levenshtein's distance). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
