import { constants } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import type { Command } from 'commander';
import { commandsOf } from '../../src/command/command-tree.ts';
import { run } from '../../src/command/main.ts';
import { programOf } from '../../src/command/program.ts';
import { placeholdersInSpanish } from '../../src/command/spanish-help.ts';
import type { Language } from '../../src/format/said.ts';
import { languageOf } from '../../src/terminal/language.ts';
import { describe, EXIT, type ProcessSurroundings, shellOver } from '../../src/terminal/shell.ts';
import { NOW } from '../kit/election.ts';
import { englishWordsIn } from '../kit/languages.ts';
import { repository } from '../kit/programs.ts';

/** What a person reads is Spanish where LANG or --lang says so. What is said is walked command by command. */

function shellIn(language: Language) {
  return shellOver({ ...process, env: {}, cwd: process.cwd(), now: () => NOW }, language);
}

/** Runs a command in this process, as `start` would with these variables. */
async function told(args: string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const surroundings = { ...process, stdout, stderr, env, cwd: process.cwd(), now: () => NOW };
  const shell = shellOver(surroundings as unknown as ProcessSurroundings, languageOf(env, args));
  const status = EXIT[await run(args, shell)];
  const text = async (stream: PassThrough) => Buffer.concat(await stream.end().toArray()).toString();
  return { status, stdout: await text(stdout), stderr: await text(stderr) };
}

/** Every sentence of a command's help, by its place. */
function sentencesOf(command: Command): Map<string, string> {
  return new Map([
    ['description', command.description()],
    ...command.registeredArguments.map((argument): [string, string] => [argument.name(), argument.description]),
    ...command.options.map((option): [string, string] => [option.flags, option.description]),
  ]);
}

/** The same in both languages. */
const SAME = new Set(['']);

/** Names and commands are written as they are typed. */
function withoutCode(help: string): string {
  return help
    .replace(/\n(Example|Ejemplo):\n.*\n/s, '\n')
    .replace(/`[^`]*`|--?[\w-]+|\S*[./@]\S*/g, '')
    .replace(/"[^"]*"/g, '');
}

test('every sentence of every command is said in Spanish too', async (t) => {
  const [english, spanish] = [await programOf(shellIn('en')), await programOf(shellIn('es'))];
  const inSpanish = new Map(commandsOf(spanish).map(({ words, command }) => [words.join(' '), command]));
  for (const { words, command } of commandsOf(english)) {
    const other = inSpanish.get(words.join(' '));
    if (!other) return t.fail(words.join(' '));
    const said = sentencesOf(other);
    for (const [place, sentence] of sentencesOf(command)) {
      const where = `${words.join(' ')} ${place}: ${sentence}`;
      t.true(SAME.has(sentence) || (said.get(place) ?? '') !== '', `nothing: ${where}`);
      if (!SAME.has(sentence)) t.not(said.get(place), sentence, where);
    }
    t.deepEqual(
      command.commands.map((c) => c.name()),
      other.commands.map((c) => c.name()),
    );
    const help = withoutCode(other.helpInformation());
    t.deepEqual(englishWordsIn(help), [], words.join(' '));
  }
});

/** What stands for a value and is called the same in Spanish. */
const SAME_VALUE = new Set(['<n>', '<plan>', '<difusor>', '<corte>', '<cortes>', '<kB/s>']);

test('what stands for a value is named in Spanish', async (t) => {
  const commands = commandsOf(await programOf(shellIn('en'))).map(({ command }) => command);
  const typed = commands.flatMap((command) => [
    ...command.options.map(({ flags }) => flags),
    ...command.registeredArguments.map((argument) => `<${argument.name()}>`),
  ]);
  const values = new Set(typed.join(' ').match(/<[^>]+>/g));
  t.true(values.size > 20);
  for (const value of values) if (!SAME_VALUE.has(value)) t.not(placeholdersInSpanish(value), value);
});

test('commander says what is wrong in Spanish, with its hint', async (t) => {
  const wrong: [args: string[], error: RegExp, hint: RegExp | null][] = [
    [['trust', 'verifi'], /^cotejo: error: no existe la orden verifi$/m, /^cotejo: sugerencia: ¿quiso decir verify\?$/m],
    [
      ['trust', 'verify', 'x', '--anchr', 'y'],
      /falta la opción --anchor <archivo>/,
      /¿quiso decir --anchor, en lugar de --anchr\?/,
    ],
    [['trust', 'verify', '--anchor', 'y'], /falta el argumento <carpeta>/, /un ejemplo: cotejo trust verify --help/],
    [['trust', 'verify', 'x', '--anchor'], /a la opción --anchor <archivo> le falta su valor/, null],
    [['trust', 'verify', 'x', 'y', '--anchor', 'z'], /sobran argumentos de verify: se esperaban 1 y hay 2/, null],
    [['trust', '--lang', 'fr'], /la opción --lang <idioma> no admite «fr»; valores: es, en/, null],
    [['completion', 'csh'], /el argumento <intérprete> no admite «csh»; valores: bash, zsh, fish/, null],
  ];
  for (const [args, error, hint] of wrong) {
    const { status, stderr } = await told(args, { LANG: 'es_MX.UTF-8' });
    t.is(status, 2, stderr);
    t.regex(stderr, error);
    if (hint !== null) t.regex(stderr, hint);
    t.deepEqual(englishWordsIn(stderr), []);
  }
});

test('--lang stands before or after the words, and is stronger than LANG', async (t) => {
  const spanish = { LANG: 'es_MX.UTF-8' };
  t.regex((await told(['--lang', 'es', 'trust', 'verify', '--help'])).stdout, /^Uso: cotejo trust verify \[opciones\] <carpeta>$/m);
  t.regex((await told(['trust', 'verify', '--help', '--lang=es'])).stdout, /^Argumentos:$/m);
  t.regex((await told(['trust', 'verify', '--help'], spanish)).stdout, /^Opciones:$/m);
  t.regex((await told(['trust', 'verify', '--help', '--lang', 'en'], spanish)).stdout, /^Options:$/m);
  t.is((await told(['--lang', 'es', 'trust', 'verify', '--anchor', 'y'])).stderr.match(/cotejo trust verify --help/)?.length, 1);
});

test('--lang is told by the help of the program, and by that of commands where it has another default', async (t) => {
  t.regex((await told(['--help'])).stdout, /--lang <language>/);
  t.notRegex((await told(['trust', 'verify', '--help'])).stdout, /--lang/);
  t.regex(
    (await told(['trust', 'review', '--help'])).stdout,
    /the language of the review\s+\(choices: "es", "en", default:\s+"es"\)/,
  );
});

const example = join(repository(), 'test/example');
const EXAMPLE = ['--anchor', join(example, 'anchor.json')];

/** Real commands over the chain of test/example, and what their Spanish says. */
const COMMANDS: readonly [args: string[], inSpanish: RegExp][] = [
  [['trust', 'verify', join(example, 'chain/trust'), ...EXAMPLE], /^de la versión 1 a la versión 2, que vence /m],
  [['audit', 'chain', join(example, 'chain'), ...EXAMPLE], /^jornada \(oficial\): 4 cortes, completa$/m],
  [['audit', 'corte', join(example, 'chain/jornada/000001'), ...EXAMPLE], /^corte 1 de jornada: auténtico$/m],
  [['audit', 'compare', join(example, 'chain'), join(example, 'chain'), ...EXAMPLE], /^una sola historia$/m],
];

test('what commands find is told in Spanish; their status and their JSON are the same', async (t) => {
  for (const [args, inSpanish] of COMMANDS) {
    const [english, spanish] = [await told(args), await told(args, { LC_ALL: 'es_MX.UTF-8' })];
    t.is(spanish.status, english.status, spanish.stderr);
    t.regex(spanish.stdout, inSpanish);
    t.deepEqual(englishWordsIn(withoutCode(spanish.stdout + spanish.stderr)), []);
    t.not(spanish.stdout, english.stdout);
    t.is((await told([...args, '--json', '--lang', 'es'])).stdout, (await told([...args, '--json'])).stdout);
  }
});

test('what goes wrong is told in Spanish, with the same status', async (t) => {
  const wrong: readonly [args: string[], error: RegExp][] = [
    [['trust', 'verify', example, ...EXAMPLE], /en \S+ no hay ningún documento de confianza/],
    [['audit', 'corte', join(example, 'nada'), ...EXAMPLE], /nada\S*: no existe ese archivo o carpeta/],
    [['audit', 'live', 'prep.example', '--chain', 'x', ...EXAMPLE], /no es una dirección http\(s\): prep\.example/],
    [
      ['audit', 'live', 'https://x.example', '--chain', 'x', '--sample', '0', ...EXAMPLE],
      /--sample <n> no admite «0»: no es un número/,
    ],
    [['audit', 'compare', 'x', ...EXAMPLE], /una sola cadena no tiene con qué compararse/],
    [['demo', '--speed', '0'], /--speed 0 no es un número mayor que 0/],
    [['difusor', 'init', '--home', 'x', '--node', 'y'], /con --home hacen falta también --difusor, --node y --anchor/],
    [['difusor', 'doctor', '--from', '??'], /--from \?\? no es una dirección/],
    [['iec', 'called', 'x', '--episode', 'y'], /--episode y no es el número de un problema/],
  ];
  for (const [args, error] of wrong) {
    const [english, spanish] = [await told(args), await told(args, { LANG: 'es_MX.UTF-8' })];
    t.is(spanish.status, english.status, spanish.stderr);
    t.not(english.status, 0);
    t.regex(spanish.stderr, error);
    t.deepEqual(englishWordsIn(withoutCode(spanish.stderr)), []);
  }
});

test('a document is reviewed in Spanish whatever the account reads, and in English where that is asked for', async (t) => {
  const review = ['trust', 'review', join(example, 'anchor.json')];
  t.regex((await told(review, { LANG: 'en_US.UTF-8' })).stdout, /^Documento de confianza, versión 1$/m);
  t.regex((await told([...review, '--lang', 'en'])).stdout, /^Trust document, version 1$/m);
  t.regex((await told(['--lang=en', ...review])).stdout, /^Trust document, version 1$/m);
});

test('a failure of the system is told in Spanish by its code', (t) => {
  const failure = (code: string, errno: number, more = {}) => Object.assign(new Error(`open ${code}`), { code, errno, ...more });
  t.is(describe(failure('ENOENT', -constants.errno.ENOENT, { path: '/x' })).in('es'), '/x: no existe ese archivo o carpeta');
  t.is(describe(failure('ENOENT', -constants.errno.ENOENT, { path: '/x' })).in('en'), '/x: no such file or directory');
  t.is(
    describe(failure('EXDEV', -constants.errno.EXDEV, { path: '/x', dest: '/y' })).in('es'),
    '/x -> /y: está en otro sistema de archivos',
  );
  t.is(describe(failure('ECONNREFUSED', -constants.errno.ECONNREFUSED)).in('es'), 'la conexión fue rechazada (ECONNREFUSED)');
  t.is(describe(failure('ECONNREFUSED', -constants.errno.ECONNREFUSED)).in('en'), 'open ECONNREFUSED');
  t.is(describe(failure('ENOPROTOOPT', -constants.errno.ENOPROTOOPT, { path: '/x' })).in('es'), '/x: protocol not available');
});
