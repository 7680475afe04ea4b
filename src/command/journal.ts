import type { Event } from '../difusor/state/events.ts';
import type { Shell } from '../terminal/shell.ts';

/** Writes an event as a line. The journal gives every line one priority unless it says its own, which a terminal should not see. */
export function tellJournal(shell: Shell, event: Event): void {
  const priority = { error: 3, refused: 4, altered: 3, revoked: 3, 'port-ended': 4 } as Partial<Record<Event['event'], number>>;
  const prefix = shell.env.JOURNAL_STREAM ? `<${priority[event.event] ?? 6}>` : '';
  shell.print(`${prefix}${eventLine(event)}`);
}

function eventLine({ event, ...facts }: Event): string {
  const words = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === 'string' && /[\s"=]/.test(value) ? JSON.stringify(value) : value}`,
  );
  return [event, ...words].join(' ');
}
