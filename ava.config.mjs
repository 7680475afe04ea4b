import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Seconds by the path of a test's source, as `npm run test:durations` measured them. */
const durations = JSON.parse(readFileSync(new URL('test/durations.json', import.meta.url), 'utf8'));
const dist = fileURLToPath(new URL('dist/', import.meta.url));

/** A file that was not measured yet may be a long one. */
const secondsOf = (file) => durations[file.replace(dist, '').replace(/\.js$/, '.ts')] ?? 1e6;

export default {
  files: ['dist/test/**/*.test.js'],
  timeout: '5m',
  // What is told follows the account's language; the tests read the English.
  environmentVariables: { LC_ALL: 'C.UTF-8' },
  // Most wait for a process, a disk or a clock of a real machine: five keep two cores busy.
  concurrency: 5,
  workerThreads: false,
  // The longest first: one that begins last runs alone, and the whole suite waits for it.
  sortTestFiles: (a, b) => secondsOf(b) - secondsOf(a),
  ...(process.env.COTEJO_TIMES && { require: ['./dist/test/kit/times.js'] }),
};
