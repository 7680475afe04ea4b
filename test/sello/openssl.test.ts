import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import test from 'ava';
import { ToldError } from '../../src/format/said.ts';
import { NotGood } from '../../src/sello/not-good.ts';
import { openTokens } from '../../src/sello/tokens.ts';
import { makeFolder } from '../kit/folders.ts';

/** Where this machine fails openssl, nothing is known of the token, and nobody is told that it is bad. */

// One after the other: the way to programs is the process's own.
for (const [what, script] of [
  ['the memory is short and it is killed', 'kill -9 $$'],
  ['it finds no memory', 'echo "80:error:8007000C:system library:BIO_new_file:Cannot allocate memory" >&2; exit 1'],
] as const) {
  test.serial(`a token is not called bad where ${what}`, async (t) => {
    const folder = await makeFolder(t);
    await writeFile(join(folder, 'openssl'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'openssl'), 0o755);
    await writeFile(join(folder, 'uno.pem'), '');
    const { PATH } = process.env;
    const tokens = await openTokens(folder);
    process.env.PATH = `${folder}${delimiter}${PATH}`;
    try {
      const error = await t.throwsAsync(tokens.check(Buffer.from('a token'), '0'.repeat(64), join(folder, 'uno.pem')));
      t.true(error instanceof ToldError && !(error instanceof NotGood));
    } finally {
      process.env.PATH = PATH;
      await tokens.close();
    }
  });
}
