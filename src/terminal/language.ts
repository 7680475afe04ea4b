import { LANGUAGES, type Language } from '../format/said.ts';

/**
 * The language of whoever runs a command: `--lang` of the command line, otherwise that of the account, as the C library
 * chooses it for messages. What is neither Spanish nor English is English.
 * @param args of the command line; what stands after `--` is no option
 */
export function languageOf(env: Readonly<Record<string, string | undefined>>, args: readonly string[]): Language {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const asked = options.map((arg, i) => (arg === '--lang' ? options[i + 1] : /^--lang=(.*)$/s.exec(arg)?.[1]));
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return asked.map(known).findLast((language) => language !== null) ?? known(locale.slice(0, 2).toLowerCase()) ?? 'en';
}

/** The command line without its `--lang`, which may stand before the words of a command. */
export function withoutLanguage(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const isOption = (i: number) => end === -1 || i < end;
  return args.filter((arg, i) => !isOption(i) || !(arg.startsWith('--lang=') || arg === '--lang' || args[i - 1] === '--lang'));
}

function known(name: string | undefined): Language | null {
  return LANGUAGES.find((language) => language === name) ?? null;
}
