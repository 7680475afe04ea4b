import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sources } from './find.ts';

/** The tests and modules of a repository, sorted. */
export function readSources(root: string): Sources {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
      .map((path) => join(folder, path))
      .sort();
  const known = new Map<string, readonly string[]>();
  const importsOf = (path: string) => {
    const imports = known.get(path) ?? importsIn(readFileSync(join(root, path), 'utf8'), dirname(path));
    known.set(path, imports);
    return imports;
  };
  return { tests: below('test').filter((path) => path.endsWith('.test.ts')), modules: below('src'), importsOf };
}

/** @returns the modules of src that a text in a folder imports */
function importsIn(text: string, folder: string): string[] {
  return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)]
    .map(([, path]) => join(folder, path as string))
    .filter((path) => path.startsWith('src/'));
}
