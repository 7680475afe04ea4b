import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { commandsOf } from '../../src/command/command-tree.ts';
import { exampleOf } from '../../src/command/example.ts';
import { programOf } from '../../src/command/program.ts';
import { visible } from '../../src/format/text.ts';
import { shellOver } from '../../src/terminal/shell.ts';
import { requires } from '../kit/requires.ts';

const BIN = 'dist/bin/cotejo.js';
const cotejo = (...args: string[]) => spawnSync('node', [BIN, ...args], { encoding: 'utf8' });

test('the version is that of package.json', async (t) => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  const { status, stdout } = cotejo('--version');
  t.is(status, 0);
  t.is(stdout, `${version}\n`);
});

test('help is a result: stdout, exit 0, with an example', (t) => {
  const { status, stdout, stderr } = cotejo('--help');
  t.is(status, 0);
  t.regex(stdout, /^Usage: cotejo .*Example:\n {2}\$ cotejo /s);
  t.is(stderr, '');
});

test("the account's language is that of the help", (t) => {
  const env = { ...process.env, LC_ALL: 'es_MX.UTF-8' };
  const { stdout } = spawnSync('node', [BIN, '--help'], { encoding: 'utf8', env });
  t.regex(stdout, /^Uso: cotejo .*Ejemplo:\n {2}\$ cotejo /s);
});

test('no command at all is wrong usage, and the help is the answer', (t) => {
  const { status, stdout, stderr } = cotejo();
  t.is(status, 2);
  t.is(stdout, '');
  t.regex(stderr, /^Usage: cotejo/);
});

test('a mistyped command is one error and one hint', (t) => {
  const { status, stdout, stderr } = cotejo('complete');
  t.is(status, 2);
  t.is(stdout, '');
  t.is(stderr, "cotejo: error: unknown command 'complete'\ncotejo: hint: did you mean completion?\n");
});

test('an argument outside its choices is wrong usage', (t) => {
  const { status, stderr } = cotejo('completion', 'tcsh');
  t.is(status, 2);
  t.regex(stderr, /^cotejo: error: .*'tcsh'.*\n$/);
});

test('a reader that closes the pipe early changes neither the exit status nor stderr', async (t) => {
  const child = spawn('node', [BIN, 'completion', 'bash'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [status] = await once(child, 'close');
  t.is(status, 0);
  t.is(stderr, '');
});

test('a result that cannot be written is not a result', (t) => {
  const { status, stderr } = spawnSync('node', [BIN, 'completion', 'bash'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  t.is(status, 3);
  t.regex(stderr, /^cotejo: error: .*no space left/);
});

test('bash accepts its completion, which knows the commands and their options', (t) => {
  const script = `${cotejo('completion', 'bash').stdout}
    COMP_WORDS=(cotejo comp); COMP_CWORD=1; _cotejo; echo "\${COMPREPLY[*]}"
    COMP_WORDS=(cotejo completion z); COMP_CWORD=2; _cotejo; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  t.is(stderr, '');
  t.is(stdout, 'completion\nzsh\n');
});

requires('zsh', ['zsh'])('zsh accepts its completion, with commands, options and files each in their place', (t) => {
  const script = `compdef() {}; _files() { print files }; _describe() { local of=\${@[-1]}; print -r -- \${\${(P)of}%%:*} }
    eval "$COMPLETION"
    words=(cotejo trust ''); CURRENT=3; PREFIX=''; _cotejo
    words=(cotejo trust verify --); CURRENT=4; PREFIX=--; _cotejo
    words=(cotejo trust verify x); CURRENT=4; PREFIX=x; _cotejo`;
  const env = { ...process.env, COMPLETION: cotejo('completion', 'zsh').stdout };
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8', env });
  t.is(stderr, '');
  t.is(stdout, 'draft review sign verify export\n--anchor --json --help\nfiles\n');
});

requires('fish', ['fish'])('fish accepts its completion, with commands, options and files each in their place', (t) => {
  const script = `echo $COMPLETION | source
    for line in 'cotejo trust ' 'cotejo trust verify --a' 'cotejo trust verify /bin/s' 'cotejo completion z'
      complete -C $line | string replace -r '\\t.*' ''; echo
    end`;
  const env = { ...process.env, COMPLETION: cotejo('completion', 'fish').stdout };
  const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], { encoding: 'utf8', env });
  t.is(stderr, '');
  const [commands, options, files, kinds] = stdout.split('\n\n');
  t.deepEqual(commands?.split('\n').sort(), ['draft', 'export', 'review', 'sign', 'verify']);
  t.is(options, '--anchor');
  t.true(files?.split('\n').includes('/bin/sh'));
  t.is(kinds, 'zsh');
});

test('what others wrote cannot move the cursor, turn text around or break a line', (t) => {
  t.is(visible('a\u001b[2Jb\nc\u009bd\u202ee\u200bf'), 'a\\u{1b}[2Jb\\u{a}c\\u{9b}d\\u{202e}e\\u{200b}f');
  t.is(visible('Integrantes de los Ayuntamientos, ñandú'), 'Integrantes de los Ayuntamientos, ñandú');
});

test('the manual page is the one of this tree of commands (npm run man)', async (t) => {
  t.is(await readFile('docs/cotejo.1', 'utf8'), cotejo('manual').stdout);
  t.is(await readFile('docs/cotejo.es.1', 'utf8'), cotejo('manual', '--lang', 'es').stdout);
});

test('every command has a description, and one real example in its help', async (t) => {
  const shell = shellOver({ ...process, cwd: process.cwd(), now: Date.now });
  const commands = commandsOf(await programOf(shell)).filter(({ words }) => words[0] !== 'manual');
  t.true(commands.length > 5);
  for (const { words, command } of commands) {
    t.truthy(command.description(), words.join(' '));
    t.regex(exampleOf(command) ?? '', /^cotejo /, words.join(' '));
  }
});
