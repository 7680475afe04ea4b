import type { CommanderError } from 'commander';
import { Said } from '../format/said.ts';
import { placeholdersInSpanish } from './spanish-help.ts';

/**
 * What commander says about a wrong command line, in both languages. Which error it is says its code; what it is about
 * (the option, the argument) stands in its message alone, at a place that the code decides.
 */

export interface WrongUsage {
  /** null where help that was shown says it */
  readonly error: Said | null;
  readonly hint: Said | null;
}

type Sentence = readonly [about: RegExp, (...found: string[]) => string];

/** By code; the first that fits. What is said in another way, as by another commander, stays English. */
const SPANISH: Readonly<Record<string, readonly Sentence[]>> = {
  'commander.unknownCommand': [[/'(.*)'/s, (name) => `no existe la orden ${name}`]],
  'commander.unknownOption': [[/'(.*)'/s, (flag) => `no existe la opción ${flag}`]],
  'commander.missingArgument': [[/'(.*)'/s, (name) => `falta el argumento ${placeholdersInSpanish(`<${name}>`)}`]],
  'commander.optionMissingArgument': [[/'(.*)'/s, (flags) => `a la opción ${placeholdersInSpanish(flags)} le falta su valor`]],
  'commander.missingMandatoryOptionValue': [[/'(.*)'/s, (flags) => `falta la opción ${placeholdersInSpanish(flags)}`]],
  'commander.excessArguments': [
    [
      /(?: for '(.*)')?\. Expected (\d+) arguments? but got (\d+)/s,
      (name, expected, got) => `sobran argumentos${name ? ` de ${name}` : ''}: se esperaban ${expected} y hay ${got}`,
    ],
  ],
  'commander.invalidArgument': [
    [
      /^option '(.*?)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
      (flags, value, choices) => `la opción ${placeholdersInSpanish(flags)} no admite «${value}»; valores: ${choices}`,
    ],
    [
      /value '(.*)' is invalid for argument '(.*?)'\. Allowed choices are (.*)\.$/s,
      (value, name, choices) => `el argumento ${placeholdersInSpanish(`<${name}>`)} no admite «${value}»; valores: ${choices}`,
    ],
  ],
};

/** @param error of a command line that could not be read */
export function wrongUsage(error: CommanderError): WrongUsage {
  const whole = error.message.replace(/^error: /, '');
  const [, said = whole, guess = null] = /^(.*)\n\(Did you mean (.*)\?\)$/s.exec(whole) ?? [];
  const hint = guess === null ? null : new Said(`did you mean ${guess}?`, `¿quiso decir ${guess.replace(/^one of /, '')}?`);
  // Help that was shown because no command was given is its own message.
  if (said === '' || error.code === 'commander.help') return { error: null, hint };
  return { error: new Said(said.replace(/\.$/, ''), inSpanish(error.code, said) ?? said), hint };
}

function inSpanish(code: string, said: string): string | null {
  for (const [about, sentence] of SPANISH[code] ?? []) {
    const found = about.exec(said);
    if (found) return sentence(...found.slice(1));
  }
  return null;
}

/** Said as commander says that a value is not one of an option's. @param flags as the option is made with */
export function noWholeNumber(flags: string, value: string): Said {
  return new Said(
    `option '${flags}' argument '${value}' is invalid. not a whole number of 1 or more`,
    `la opción ${placeholdersInSpanish(flags)} no admite «${value}»: no es un número entero de 1 o más`,
  );
}
