import type { Event } from '../difusor/state/events.ts';
import { tellJournal } from '../terminal/journal.ts';
import type { Shell } from '../terminal/shell.ts';

/** The syslog priorities of a node's events; all others are 6. */
const PRIORITIES = {
  error: 3,
  refused: 4,
  altered: 3,
  revoked: 3,
  'port-ended': 4,
  'access-log': 4,
} as const satisfies Partial<Record<Event['event'], number>>;

/** Writes an event of a node as a line, with its priority where the journal reads it. */
export function tellNode(shell: Shell, event: Event): void {
  tellJournal(shell, event, PRIORITIES);
}
