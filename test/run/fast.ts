import { exit, stdout } from 'node:process';
import { timed } from './times.ts';

/**
 * `npm run test:fast`: every test except those that start another program's daemon or say that they are long (see
 * test/kit/requires.ts). What is left out is listed as skipped.
 */

const { status, times } = await timed([], { COTEJO_FAST: '1' });
const cpu = times.reduce((sum, time) => sum + time.cpu, 0);
stdout.write(`${times.length} files, ${Math.round(cpu)} s of processor; the longest:\n`);
for (const time of times.slice(0, 5)) stdout.write(`  ${time.source}: ${time.seconds} s, ${time.cpu} of processor\n`);
exit(status);
