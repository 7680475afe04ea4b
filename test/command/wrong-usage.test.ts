import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../src/command/main.ts';
import { EXIT, type ProcessSurroundings, shellOver } from '../../src/terminal/shell.ts';
import { makeTrust, NOW, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';

import { makeFolder } from '../kit/folders.ts';

/** What a sysadmin gets wrong, command by command: each names what is wrong and says what to do, without a stack. */

async function place(t: ExecutionContext): Promise<string> {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust());
  await writeAnchor(trust, folder);
  await writeTrust(trust, join(folder, 'chain/trust/1.json'));
  await mkdir(join(folder, 'dir'));
  await writeFile(join(folder, 'text'), 'hola\n');
  return folder;
}

const INIT = ['difusor', 'init', '--node', 'web1', '--home', 'n'];

const WRONG: readonly [what: string, args: readonly string[], status: 1 | 2 | 3, error: RegExp, hint: RegExp | null][] = [
  ['a folder for a file', ['difusor', 'status', '--config', 'dir'], 3, /error: dir is a folder/, /ls dir/],
  ['no such configuration', ['difusor', 'status', '--config', 'nada.toml'], 3, /nada\.toml: no such file/, /difusor init/],
  ['no such configuration of the IEC', ['iec', 'status', '--config', 'nada.toml'], 3, /nada\.toml: no such file/, /iec init/],
  ['a mistyped option', ['difusor', 'status', '--confg', 'x'], 2, /unknown option '--confg'/, /did you mean --config\?/],
  ['a missing option', ['iec', 'pack', 'x'], 2, /required option '--key/, /cotejo iec pack --help/],
  [
    'a file for a folder',
    [...INIT, '--config', 'text/d.toml', '--difusor', 'a', '--anchor', 'anchor.json'],
    3,
    /text is a file/,
    null,
  ],
  [
    'a name with capitals',
    [...INIT, '--config', 'd.toml', '--difusor', 'El Ángel', '--anchor', 'anchor.json'],
    2,
    /not a name/,
    /el-angel/,
  ],
  ['no anchor', [...INIT, '--config', 'd.toml', '--difusor', 'a', '--anchor', 'text'], 1, /trust-malformed: text: not JSON/, null],
  [
    'a mistyped phase',
    ['iec', 'init', '--config', 'I.toml', '--anchor', 'anchor.json', '--phase', 'jornda'],
    2,
    /no phase jornda/,
    /mean jornada/,
  ],
  ['a chain for its trust/', ['trust', 'verify', 'chain', '--anchor', 'anchor.json'], 3, /no trust document/, /mean chain\/trust/],
  [
    'an anchor that is none',
    ['trust', 'verify', 'chain/trust', '--anchor', 'text'],
    1,
    /error: trust-malformed: text: not JSON$/m,
    null,
  ],
  [
    'no https://',
    ['audit', 'live', 'prep.example', '--chain', 'chain', '--anchor', 'anchor.json'],
    2,
    /not an http/,
    /https:\/\/prep\.example$/m,
  ],
  [
    'no such host',
    ['audit', 'chain', 'http://x.invalid/', '--anchor', 'anchor.json'],
    3,
    /no host x\.invalid|no name server/,
    null,
  ],
  ['no such phase', ['audit', 'chain', 'chain', '--anchor', 'anchor.json', '--phase', 'x'], 2, /it has simulacro-1, jornada/, null],
];

const PATHS = /^(dir|text|text\/d\.toml|chain|chain\/trust|anchor\.json|nada\.toml|d\.toml|I\.toml|n)$/;

for (const [what, args, status, error, hint] of WRONG) {
  test(what, async (t) => {
    const folder = await place(t);
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const shell = shellOver({ ...process, stdout, stderr, env: {}, cwd: folder, now: () => NOW } as unknown as ProcessSurroundings);
    // A command goes by the process's own folder, which tests share.
    const outcome = await run(
      args.map((arg, i) => (i >= 2 && PATHS.test(arg) ? join(folder, arg) : arg)),
      shell,
    );
    const told = Buffer.concat(await stderr.end().toArray())
      .toString()
      .replaceAll(`${folder}/`, '');
    t.is(EXIT[outcome], status, told);
    t.regex(told, error);
    if (hint !== null) t.regex(/^cotejo: hint: .*$/m.exec(told)?.[0] ?? told, hint);
    t.notRegex(told, /^\s+at /m);
  });
}
