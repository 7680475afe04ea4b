import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';

/** docs/ceremonia.md is tested as it is written: with its own plans, and its commands in their order. */

const BLOCK = /^```(sh|toml)( [^\n]*)?\n(.*?)^```$/gms;

/**
 * A shell in which nobody types: ssh-keygen asks a program for its passphrases, and `trust sign` gets its answers by
 * options. Everything else is as in the guide.
 */
async function makeTypist(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const script = (name: string, text: string) => writeFile(join(bin, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  await writeFile(join(folder, 'frase'), 'una frase de paso\n', { mode: 0o600 });
  await script('askpass', `cat ${folder}/frase`);
  await script(
    'cotejo',
    `if [ "$2" = sign ]; then set -- "$@" --yes --passphrase-file ${folder}/frase; fi\nexec node ${resolve('dist/bin/cotejo.js')} "$@"`,
  );
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH']}`,
    SSH_ASKPASS: join(bin, 'askpass'),
    SSH_ASKPASS_REQUIRE: 'force',
    DISPLAY: ':0',
    USB: join(folder, 'usb'),
    LLAVES: join(folder, 'llaves'),
  };
  return { folder, env };
}

requires('openssh-client', ['ssh-keygen'])('the guide of the ceremony leads from new keys to a published rotation', async (t) => {
  const { folder, env } = await makeTypist(t);
  // The other people do what the guide shows for the first person.
  await mkdir(join(folder, 'usb/publicas'), { recursive: true });
  for (const name of ['cotaprep', 'auditor', 'ensayo-1', 'firma-1', 'firma-2']) {
    const file = await writePrivateKey(makeKey(name), join(folder, name), name);
    await writeFile(join(folder, 'usb/publicas', `${name}.pub`), await readFile(`${file}.pub`));
  }
  await mkdir(env.LLAVES, { mode: 0o700 });
  for (const name of ['cotaprep', 'auditor']) {
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'una frase de paso', '-f', join(folder, name)], { stdio: 'ignore' });
    await writeFile(join(env.LLAVES, name), await readFile(join(folder, name)), { mode: 0o600 });
  }

  let commands = 0;
  for (const [, kind, label = '', text = ''] of readFileSync('docs/ceremonia.md', 'utf8').matchAll(BLOCK)) {
    if (label.trim() === 'ajustes') continue;
    if (kind === 'toml') await writeFile(join(env.USB, label.trim()), text);
    else {
      const ran = spawnSync('bash', ['-euc', text], { cwd: folder, env, encoding: 'utf8', input: '' });
      t.is(ran.status, 0, `${text}\n${ran.stdout}\n${ran.stderr}`);
      commands += 1;
    }
  }
  t.true(commands >= 9);
  const verified = spawnSync(
    'cotejo',
    ['trust', 'verify', join(env.USB, 'trust'), '--anchor', join(env.USB, 'trust/1.json'), '--json'],
    {
      env,
      encoding: 'utf8',
    },
  );
  t.like(JSON.parse(verified.stdout), { version: 2, refused: null });
  t.regex(await readFile(join(env.USB, 'acta-2.html'), 'utf8'), /Nada más cambia/);
  t.notThrows(() =>
    execFileSync('ssh-keygen', ['-y', '-P', 'una frase de paso', '-f', join(env.LLAVES, 'presidencia')], { stdio: 'ignore' }),
  );
});
