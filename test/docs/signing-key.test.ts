import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKeyFile } from '../../src/keys/key-file.ts';
import { makeFolder } from '../kit/folders.ts';
import { readGuide } from '../kit/guide.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';

/** docs/ceremonia.md makes the signing keys with a passphrase, and a service can be asked for none. */

requires('openssh-client', ['ssh-keygen'])(
  'a key of the ceremony, installed by the guide, opens without its passphrase',
  async (t) => {
    const blocks = (await readGuide('iec')).filter(({ script }) => script.includes('install -m 600 /root/ceremonia/'));
    t.is(blocks.length, 2, 'the first key, and the one that takes its place');
    for (const { script } of blocks) {
      const folder = await makeFolder(t);
      await mkdir(join(folder, 'ceremonia'));
      const askpass = join(folder, 'askpass');
      await writeFile(askpass, '#!/bin/sh\necho una frase\n', { mode: 0o755 });
      for (const name of ['firma-1', 'relevo-1']) {
        const key = await writePrivateKey(makeKey(name), join(folder, 'ceremonia', name));
        execFileSync('ssh-keygen', ['-q', '-p', '-N', 'una frase', '-f', key], { stdio: 'ignore' });
      }
      const lines = script.split('\n').filter((line) => line.includes('/etc/cotejo/firma'));
      const there = lines.join('\n').replaceAll('/root/', `${folder}/`).replaceAll('/etc/cotejo/', `${folder}/`);
      execFileSync('sh', ['-euc', there], {
        env: { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
        stdio: 'ignore',
      });
      await t.notThrowsAsync(openKeyFile(join(folder, 'firma'), { passphrase: () => Promise.reject(new Error('encrypted')) }));
    }
  },
);
