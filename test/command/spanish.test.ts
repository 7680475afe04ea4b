import { PassThrough } from 'node:stream';
import test from 'ava';
import type { Command } from 'commander';
import { commandsOf } from '../../src/command/command-tree.ts';
import { run } from '../../src/command/main.ts';
import { programOf } from '../../src/command/program.ts';
import type { Language } from '../../src/format/said.ts';
import { languageOf } from '../../src/terminal/language.ts';
import { EXIT, type ProcessSurroundings, shellOver } from '../../src/terminal/shell.ts';
import { NOW } from '../kit/election.ts';

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

/** Words of English that no Spanish sentence has. */
const ENGLISH = /\b(the|of|is|that|and|to|with|which|what|by|for|from|not|this|file|folder|print|default|choices|options)\b/i;

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
    t.notRegex(help, ENGLISH, `${words.join(' ')}: ${ENGLISH.exec(help)?.[0]}`);
  }
});

test('commander says what is wrong in Spanish, with its hint', async (t) => {
  const wrong: [args: string[], error: RegExp, hint: RegExp | null][] = [
    [['trust', 'verifi'], /no existe la orden verifi$/m, /¿quiso decir verify\?/],
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
    t.notRegex(stderr, ENGLISH);
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
