import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cwd, exit } from 'node:process';
import { timed } from './times.ts';

/** `npm run test:durations`: runs every test and writes test/durations.json, by which `npm test` starts the longest first. */

const { status, times } = await timed([]);
const durations = Object.fromEntries(times.map(({ source, seconds }) => [source, seconds]));
if (status === 0) writeFileSync(join(cwd(), 'test/durations.json'), `${JSON.stringify(durations, null, 2)}\n`);
exit(status);
