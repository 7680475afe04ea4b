import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readAnchor } from '../chain/trust-folder.ts';
import { installed } from '../disk/installed.ts';
import { Refusal } from '../format/refusal.ts';
import { lectorFiles } from '../lector/build.ts';
import { writeFolder } from '../lector/folder.ts';
import { readMirrors } from '../lector/mirrors.ts';
import { type Outcome, runs, type Shell } from '../terminal/shell.ts';
import { example } from './example.ts';
import { HELP } from './words/help.ts';
import { LECTOR as words } from './words/lector.ts';

/** `cotejo lector`: the folder that an institute, a party or a university serves. */

interface BuildOptions {
  readonly anchor: string;
  readonly espejos: readonly string[];
  readonly out: string;
  readonly json?: boolean;
}

export function lectorCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const lector = program.command('lector').description(told(words.description));
  const build = lector
    .command('build')
    .description(told(words.build))
    .requiredOption('--anchor <trust.json>', told(words.anchor))
    .requiredOption('--espejos <site...>', told(words.mirrors))
    .requiredOption('--out <dir>', told(words.out))
    .option('--json', told(HELP.json))
    .action(runs(shell, (options: BuildOptions) => write(shell, options)));
  const line = 'cotejo lector build --anchor trust-1.json --espejos https://prep.example/ https://difusor.example/ --out lector';
  example(lector, line);
  example(build, line);
}

async function write(shell: Shell, { anchor, espejos, out, json }: BuildOptions): Promise<Outcome> {
  const mirrors = readMirrors(espejos);
  const [shellPage, worker] = await Promise.all(
    ['lector.html', 'lector-worker.js'].map((name) => readFile(installed(`dist/${name}`))),
  );
  if (!shellPage || !worker) return 'unknown';
  try {
    const files = lectorFiles({ anchor: await readAnchor(anchor), mirrors, shell: shellPage, worker });
    await writeFolder(out, files);
    const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0);
    const facts = { outcome: 'built', out, files: [...files.keys()], bytes, mirrors: mirrors.map(({ url }) => url) };
    shell.result(json, { ...facts, code: null, detail: null }, () => shell.told(words.built(out, files.size, bytes)));
    return 'done';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (json) shell.json({ outcome: 'refused', code: error.code, detail: error.said });
    shell.say.error(error.said);
    return 'refused';
  }
}
