import { fstatSync } from 'node:fs';
import { inLanguage, type Language, Said } from '../format/said.ts';
import type { Shell } from './shell.ts';

/** Writes what a daemon does, one line per event, for systemd's journal or for a person at a terminal. */

/** A name and its facts; facts that are null or empty are left out. */
export type JournalEvent = { readonly event: string } & Readonly<Record<string, string | number | boolean | null | Said>>;

/** syslog's priorities, by the event's name. What is not named is information. */
export type Priorities = Readonly<Record<string, 3 | 4 | 5>>;

const INFORMATION = 6;

/**
 * The journal gives every line the same priority unless the line names its own by a prefix, which a terminal should not
 * show.
 */
export function tellJournal(shell: Shell, event: JournalEvent, priorities: Priorities): void {
  const prefix = shell.env.JOURNAL_STREAM ? `<${priorities[event.event] ?? INFORMATION}>` : '';
  shell.print(`${prefix}${journalLine(event, shell.language)}`);
}

/** Whether what is printed goes to systemd's journal: a terminal of a desktop inherits the variable too, and is no journal. */
export function isInJournal({ env }: Pick<Shell, 'env'>): boolean {
  if (!env.JOURNAL_STREAM) return false;
  const { dev, ino } = fstatSync(1);
  return env.JOURNAL_STREAM === `${dev}:${ino}`;
}

/**
 * `refused delivery=jornada-000037 code=fork detail="two words"`. One line for one event, whatever its facts say: a value
 * that holds white space, a quote or an equals sign is written as a JSON string.
 */
export function journalLine({ event, ...facts }: JournalEvent, language: Language = 'en'): string {
  const words = Object.entries(facts)
    .map(([name, value]) => [name, value instanceof Said ? inLanguage(value, language) : value] as const)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}=${typeof value === 'string' && /[\s"=]/.test(value) ? JSON.stringify(value) : value}`);
  return [event, ...words].join(' ');
}
