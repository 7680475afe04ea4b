import { getSystemErrorMap } from 'node:util';
import { inLanguage, type Language, Said, said } from '../format/said.ts';
import { REASONS_IN_SPANISH } from '../format/system-reasons.ts';
import { visible } from '../format/text.ts';
import { saidBy } from '../format/thrown.ts';
import { TERMINAL } from './words.ts';

export { UsageError } from '../config/usage-error.ts';

/**
 * What surrounds a command, and all rules of what it prints: results on stdout; on stderr lines `cotejo: …` of three
 * kinds (error, warning, hint; a fourth, debug, where COTEJO_DEBUG is set), lower case, without a final period;
 * progress and colour on a terminal only. Text from elsewhere (names, titles, notes, a peer's words) is never written
 * raw: it could move the cursor and write over a verdict, or make one name look like another.
 */

/** 1 means "do not trust this", 3 means "try again". */
export const EXIT = Object.freeze({ done: 0, refused: 1, usage: 2, unknown: 3 });

/** How a command ended. An action returns one (nothing means done), or throws: see `run` in command/main.ts. */
export type Outcome = keyof typeof EXIT;

/** The streams and facts of the process, injected so that nothing below reads a global. */
export interface ProcessSurroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** milliseconds since the epoch */
  readonly now: () => number;
}

export interface Shell extends ProcessSurroundings {
  readonly say: {
    readonly error: (message: Said) => void;
    readonly warning: (message: Said) => void;
    readonly hint: (message: Said) => void;
    /** Silent unless COTEJO_DEBUG is set. */
    readonly debug: (message: string) => void;
  };
  /** of what people read; JSON has none */
  readonly language: Language;
  /** What is said, for this reader. */
  readonly told: (text: string | Said) => string;
  /** Writes a result's text on stdout, and a newline where it has none. */
  print(text: string | Said): void;
  /** Writes one JSON value on one line of stdout. */
  json(value: unknown): void;
  /** A result in the form that was asked for; the text is only made when it is shown. */
  result(asJson: boolean | undefined, value: unknown, text: () => string | Said): void;
  /** A style for text that goes to {@link Shell.print}; without colour, the text itself. */
  paint(style: Style, text: string): string;
  /** One line on stderr that is written over and over, for long work. Silent where stderr is no terminal. */
  progress(line: string): void;
  /** Takes the progress line away. The functions that print do so by themselves. */
  progressDone(): void;
  /** How the last action ended; `runs` sets it. */
  outcome: Outcome;
}

const STYLES = Object.freeze({ bold: 1, dim: 2, red: 31, green: 32, yellow: 33 });
export type Style = keyof typeof STYLES;

const ESC = '\u001b';
const SGR = new RegExp(`(${ESC}\\[(?:0|${Object.values(STYLES).join('|')})m)`);

/** @param language of the reader (see `languageOf` in terminal/language.ts) */
export function shellOver(surroundings: ProcessSurroundings, language: Language = 'en'): Shell {
  const { stdout, stderr, env } = surroundings;
  const colours = (stream: NodeJS.WriteStream) => stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  const styled = (on: boolean, style: Style, text: string) => (on ? `${ESC}[${STYLES[style]}m${text}${ESC}[0m` : text);
  let line = '';

  const progress = (next: string) => {
    if (!stderr.isTTY || next === line) return;
    const columns = stderr.columns || 80;
    stderr.write(`\r${ESC}[K${visible(next).slice(0, columns - 1)}`);
    line = next;
  };
  const progressDone = () => {
    if (line !== '') stderr.write(`\r${ESC}[K`);
    line = '';
  };
  const write = (text: string) => {
    progressDone();
    stdout.write(text);
  };
  const told = (text: string | Said) => inLanguage(text, language);
  const tell = (kind: Said, style: Style) => (message: Said) => {
    progressDone();
    stderr.write(`cotejo: ${styled(colours(stderr), style, `${told(kind)}:`)} ${visible(told(message))}\n`);
  };
  const print = (message: string | Said) => {
    const text = told(message);
    // Our own colour codes pass, where colour is on; every other control character except the newline is made visible.
    const shown = (part: string) => part.split('\n').map(visible).join('\n');
    const body = colours(stdout)
      ? text
          .split(SGR)
          .map((part) => (SGR.test(part) ? part : shown(part)))
          .join('')
      : shown(text);
    write(body.endsWith('\n') ? body : `${body}\n`);
  };
  const debug = tell(said('debug'), 'dim');
  const json = (value: unknown) => write(`${printableJson(value)}\n`);

  return {
    ...surroundings,
    say: {
      error: tell(said('error'), 'red'),
      warning: tell(TERMINAL.warning, 'yellow'),
      hint: tell(TERMINAL.hint, 'bold'),
      debug: env.COTEJO_DEBUG ? (message) => debug(said(message)) : () => {},
    },
    language,
    told,
    print,
    json,
    result: (asJson, value, text) => (asJson ? json(value) : print(text())),
    paint: (style, text) => styled(colours(stdout), style, text),
    progress,
    progressDone,
    outcome: 'done',
  };
}

/**
 * Makes an action that commander can call out of one that returns its outcome:
 * `.action(runs(shell, async (file, options) => …))`.
 */
export function runs<A extends unknown[]>(shell: Shell, action: (...args: A) => Promise<Outcome | void> | Outcome | void) {
  return async (...args: A): Promise<void> => {
    shell.outcome = (await action(...args)) ?? 'done';
  };
}

/** Describes an error for a person: a system call's error by the file and the reason, without the call. */
export function describe(error: unknown): Said {
  if (!(error instanceof Error)) return said(String(error));
  const { errno, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const [code = '', reason] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  if (reason === undefined || path === undefined) return saidBy(error);
  const place = dest === undefined ? path : `${path} -> ${dest}`;
  return new Said(`${place}: ${reason}`, `${place}: ${REASONS_IN_SPANISH[code] ?? reason}`);
}

/** JSON leaves DEL, C1 and the marks that reverse text direction as they are; inside a string they can all be escaped. */
function printableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return visible(text) === text ? text : text.replace(/[^\n]/gu, (c) => (visible(c) === c ? c : escapes(c)));
}

function escapes(character: string): string {
  // A character outside the first plane is two escapes in JSON.
  return Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}
