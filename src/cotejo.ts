#!/usr/bin/env node
import { readsSpanish, whyTooOld } from './terminal/node-version.ts';

/**
 * What is started. It says so where Node is too old for the rest, which is loaded only then: a module's imports are linked
 * before its first line runs.
 */

const isSpanish = readsSpanish(process.env, process.argv.slice(2));
const old = whyTooOld(process.versions.node, process.execPath, isSpanish);
if (old === null) void import('./command/main.ts').then((main) => main.start());
else {
  process.stderr.write(`cotejo: error: ${old}\n`);
  process.exitCode = 3;
}
