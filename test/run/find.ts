import { basename, dirname } from 'node:path';

/** Which test files someone means who names a test, a module or a folder. Paths are those of sources, in the repository. */

export interface Sources {
  /** `test/**` that end in .test.ts */
  readonly tests: readonly string[];
  /** `src/**` */
  readonly modules: readonly string[];
  /** @returns the modules that a test or a module imports */
  readonly importsOf: (path: string) => readonly string[];
}

/**
 * @param name a path with or without its extension, the end of one (`care/patrol`), or a bare name (`patrol`); a test's,
 *   a module's, or a folder's of tests
 * @returns test files; none where the name is nobody's, or a module's that no test reaches
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
 * A module without a test file of its own is tested by those that import it or, where none does, its importers; what is
 * only ever run as a whole (src/page, in a browser), by the tests of its room.
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
  return tests.filter((test) => tested.some((module) => dirname(test) === dirname(module).replace(/^src/, 'test')));
}

/** @returns the names that are most like one that nobody has, the likest first */
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

/** How many characters must be put in, taken out or changed to make one word of another (Levenshtein's distance). */
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
