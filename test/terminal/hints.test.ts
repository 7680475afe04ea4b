import { readFile } from 'node:fs/promises';
import test from 'ava';
import { HintedError } from '../../src/config/hinted-error.ts';
import { said } from '../../src/format/said.ts';
import { hintFor, hintForMissing } from '../../src/terminal/hints.ts';

test('a failure of the system says what an administrator does about it', async (t) => {
  const failure = (code: string, path?: string) => Object.assign(new Error(code), { code, ...(path && { path }) });
  t.regex(String(hintFor(failure('EACCES', '/var/lib/cotejo'))), /ls -ld \/var\/lib\/cotejo;.*runuser/);
  t.regex(String(hintFor(failure('ENOSPC', '/x'))), /df -h \/x and df -i \/x/);
  t.regex(String(hintFor(failure('EADDRINUSE'))), /ss -ltnp/);
  t.regex(String(hintFor(new Error('listen EADDRINUSE: address already in use 127.0.0.1:80'))), /ss -ltnp/);
  t.regex(String(hintFor(await t.throwsAsync(readFile('test')))), /folder/);
  t.is(String(hintFor(new HintedError(said('x'), said('do y')))), 'do y');
  for (const error of [failure('ENOENT', '/x'), failure('constructor'), new Error('x'), 'x', null]) t.is(hintFor(error), null);
});

test('a missing option may be there, mistyped', (t) => {
  const missing = "required option '--config <file>' not specified";
  t.is(String(hintForMissing(missing, ['difusor', 'status', '--confg', 'x'])), 'did you mean --config, and not --confg?');
  t.is(String(hintForMissing(missing, ['difusor', 'status', '--confg=x'])), 'did you mean --config, and not --confg?');
  t.is(String(hintForMissing(missing, ['difusor', 'status', '--json'])), 'an example of it: cotejo difusor status --help');
  t.is(String(hintForMissing("missing required argument 'shell'", ['completion'])), 'an example of it: cotejo completion --help');
});
