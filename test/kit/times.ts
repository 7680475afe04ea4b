import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { repository } from './programs.ts';

/**
 * Loaded before a test file where COTEJO_TIMES names a folder (see ava.config.mjs): leaves there how long the file
 * took, for the order in which the next run starts them, and how much processor time, which a busy machine hardly
 * changes.
 */

const into = process.env['COTEJO_TIMES'];
if (into !== undefined)
  process.on('exit', () => {
    const source = relative(join(repository(), 'dist'), fileURLToPath(test.meta.file)).replace(/\.js$/, '.ts');
    const seconds = Math.round(performance.now() / 100) / 10;
    writeFileSync(join(into, `${source.replaceAll('/', '+')}.json`), JSON.stringify({ source, seconds, cpu: processorSeconds() }));
  });

/** Processor seconds of this process and of its children that have ended, to the hundredth. */
function processorSeconds(): number {
  // After the name, which is in parentheses: utime, stime, cutime and cstime are fields 14 to 17, in ticks of 10 ms.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
