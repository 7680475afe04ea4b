import { argv, cwd, exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { nearest, testsOf } from './find.ts';
import { readSources } from './sources.ts';
import { compiled, withAva } from './with-ava.ts';

/** `npm run test:one -- FILE [--match TEXT]`: the tests of one file, module or folder. Exit 2 where there is none. */

const USAGE = 'usage: npm run test:one -- FILE [--match TEXT]   FILE: a test, a module or a folder, or the end of its path\n';

function asked() {
  try {
    const { values, positionals } = parseArgs({
      args: argv.slice(2),
      options: { match: { type: 'string' } },
      allowPositionals: true,
    });
    return positionals.length === 1 ? { file: positionals[0] as string, match: values.match } : null;
  } catch {
    return null;
  }
}

const what = asked();
if (what === null) {
  stderr.write(USAGE);
  exit(2);
}
const sources = readSources(cwd());
const tests = testsOf(what.file, sources);
if (tests.length === 0) {
  const isModule = sources.modules.some((path) => path === what.file);
  const why = isModule ? `no test reaches ${what.file}` : `neither a test nor a module is called ${what.file}`;
  stderr.write(
    `${why}; the nearest names:\n${nearest(what.file, sources)
      .map((path) => `  ${path}\n`)
      .join('')}`,
  );
  exit(2);
}
stdout.write(`running ${tests.join(', ')}${what.match === undefined ? '' : `: the tests with “${what.match}” in their title`}\n`);
const match = what.match === undefined ? [] : ['--match', `*${what.match}*`];
exit(await withAva([...tests.map(compiled), ...match]));
