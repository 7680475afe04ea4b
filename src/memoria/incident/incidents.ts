import { gapsOf } from './gaps.ts';
import { inOrder } from './hours.ts';
import { type Incident, type Kind, MOST_EXAMPLES, MOST_INCIDENTS } from './kinds.ts';
import type { Entry, Read } from './record.ts';
import type { Setting } from './setting.ts';

/** What happened at a node in a span of time, made of its record: pure, and bounded whatever the record holds. */

export interface NodeRecord {
  readonly node: string;
  readonly record: Read;
  /** what outsiders caused (`others.jsonl`) */
  readonly others: Read;
}

export interface Told {
  /** by their beginning */
  readonly incidents: readonly Incident[];
  /** how many there were besides */
  readonly untold: number;
}

/** Events of one kind are told together if no more than this passes between two of them, ms. */
const TOGETHER_MS = 15 * 60_000;
/** The clock of a machine is corrected by fractions of a second all the time. */
const SET_BACK_MS = 2000;
/** The first corte takes its time to be admitted: a wait that is shorter is none. */
const IN_TIME_MS = 60_000;

/** @returns what happened between `from` and `to`, told of one node and of what is common to all phases of it */
export function incidentsOf({ node, record, others }: NodeRecord, setting: Setting): Told {
  const { from, to, phase, hours } = setting;
  // A clock that was wrong for a while makes no daemon that was away for as long.
  const entries = inOrder(record.entries, phase.name, (number) => hours[number - 1]);
  const all = [
    ...ofSpans(node, setting),
    ...gapsOf(node, setting),
    ...ofProcess(node, entries, to),
    ...ofAccessLog(node, entries, to),
    ...ofClock(node, record.entries),
    ...ofRecord(node, record, others, setting),
    ...groupsOf(node, ofPhase(entries, phase.name), others.entries),
  ]
    .filter((incident) => incident.from < to && incident.to >= from)
    .sort((a, b) => a.from - b.from || a.to - b.to);
  return { incidents: all.slice(0, MOST_INCIDENTS), untold: Math.max(0, all.length - MOST_INCIDENTS) };
}

const PLAIN = { phase: null, number: null, count: 1, restored: null, code: null, examples: [], source: 'registro' } as const;

function ofPhase(entries: readonly Entry[], phase: string): Entry[] {
  return entries.filter((entry) => !('phase' in entry) || entry.phase === phase);
}

function ofSpans(node: string, { phase, spans }: Setting): Incident[] {
  const opens = Date.parse(phase.opens_at);
  const closes = Date.parse(phase.closes_at);
  return spans.flatMap(({ shows, from, to, number, source }) => {
    if (shows === 'corte' || to <= opens) return [];
    if (shows === 'espera' && (from >= closes || to - Math.max(from, opens) < IN_TIME_MS)) return [];
    return { ...PLAIN, kind: shows, node, phase: phase.name, from: Math.max(from, opens), to, number, source };
  });
}

/** What only a daemon at work tells; what is altered or mended is told before it says that it started. */
const AT_WORK: ReadonlySet<Entry['event']> = new Set(['started', 'admitted', 'trust', 'refused', 'revoked']);

/** Ends and beginnings of the daemon. One that ended without saying so was at work until its last event, at least. */
function ofProcess(node: string, entries: readonly Entry[], until: number): Incident[] {
  const found: Incident[] = [];
  let seen: number | null = null; // at work, ms; null before the first start that the record has
  let ended: number | null = null; // since it said so, ms
  for (const { at, event } of entries) {
    if (event === 'started' && seen !== null) {
      const from = ended ?? seen;
      found.push({ ...PLAIN, kind: ended === null ? 'caida' : 'reinicio', node, from, to: Math.max(at, from) });
    }
    if (event === 'started') [seen, ended] = [at, null];
    else if (event === 'stopped') [seen, ended] = [seen ?? at, at];
    else if (seen !== null && AT_WORK.has(event)) seen = Math.max(seen, at);
  }
  if (ended !== null && ended < until) found.push({ ...PLAIN, kind: 'reinicio', node, from: ended, to: until, code: 'stopped' });
  return found;
}

/** While the web server recorded no requests; `stopped` where the record does not say that it did again. */
function ofAccessLog(node: string, entries: readonly Entry[], until: number): Incident[] {
  const found: Incident[] = [];
  let from: number | null = null;
  for (const entry of entries) {
    if (entry.event !== 'access-log') continue;
    if (!entry.recorded) from ??= entry.at;
    else if (from !== null) found.push({ ...PLAIN, kind: 'bitacora', node, from, to: Math.max(entry.at, from) });
    if (entry.recorded) from = null;
  }
  return from === null || from >= until
    ? found
    : [...found, { ...PLAIN, kind: 'bitacora', node, from, to: until, code: 'stopped' }];
}

function ofClock(node: string, entries: readonly Entry[]): Incident[] {
  return entries.flatMap((entry, i) => {
    const before = entries[i - 1];
    if (!before || before.at - entry.at <= SET_BACK_MS) return [];
    return { ...PLAIN, kind: 'reloj', node, from: entry.at, to: before.at, count: Math.round((before.at - entry.at) / 1000) };
  });
}

function ofRecord(node: string, record: Read, others: Read, { from, to }: Setting): Incident[] {
  const unread = record.unread + others.unread;
  const first = record.entries[0]?.at ?? to;
  const late: Incident[] = first > from ? [{ ...PLAIN, kind: 'registro', node, from, to: Math.min(first, to), count: 0 }] : [];
  return unread > 0 ? [...late, { ...PLAIN, kind: 'registro', node, from, to, count: unread, code: 'unread' }] : late;
}

/** What is told as one incident: events of one kind and code that follow each other closely. */
interface Part {
  readonly kind: Kind;
  readonly phase: string | null;
  readonly number: number | null;
  readonly code: string | null;
  readonly count: number;
  readonly restored: number | null;
  readonly example: string | null;
}

function groupsOf(node: string, record: readonly Entry[], others: readonly Entry[]): Incident[] {
  const done: Incident[] = [];
  const open = new Map<string, { incident: Incident; examples: Set<string> }>();
  const close = (key: string) => {
    const group = open.get(key);
    if (group) done.push({ ...group.incident, examples: [...group.examples] });
    open.delete(key);
  };
  for (const entry of byTime(record, others)) {
    const part = partOf(entry);
    if (part === null) continue;
    const key = JSON.stringify([part.kind, part.phase, part.code]);
    const before = open.get(key);
    if (before && entry.at - before.incident.to > TOGETHER_MS) close(key);
    const { example, ...facts } = part;
    const group = open.get(key);
    if (!group) {
      const examples = new Set(example === null ? [] : [example]);
      open.set(key, { incident: { ...PLAIN, ...facts, node, from: entry.at, to: entry.at }, examples });
      continue;
    }
    const { incident, examples } = group;
    const restored = incident.restored === null ? null : incident.restored + (part.restored ?? 0);
    const number = incident.number === part.number ? part.number : null;
    group.incident = { ...incident, to: Math.max(entry.at, incident.to), count: incident.count + part.count, restored, number };
    if (example !== null && examples.size < MOST_EXAMPLES) examples.add(example);
  }
  for (const key of open.keys()) close(key);
  return done;
}

/** Both records as one. What the record says of events that were too many (`more`) lies in the other one, one by one. */
function byTime(record: readonly Entry[], others: readonly Entry[]): Entry[] {
  return [...record, ...others].sort((a, b) => a.at - b.at);
}

function partOf(entry: Entry): Part | null {
  const plain = { phase: null, number: null, code: null, count: 1, restored: null, example: null };
  switch (entry.event) {
    case 'altered': {
      const restored = entry.restored ? 1 : 0;
      return { ...plain, kind: 'alteracion', phase: entry.phase, number: entry.number, restored, example: entry.path };
    }
    case 'refused':
      return { ...plain, kind: 'rechazo', code: entry.code, example: entry.delivery };
    case 'deferred':
      return { ...plain, kind: 'diferido', code: entry.code, example: entry.delivery };
    case 'revoked':
      return {
        ...plain,
        kind: 'revocacion',
        phase: entry.phase,
        number: entry.from,
        count: Math.max(1, entry.to - entry.from + 1),
        example: entry.from === entry.to ? String(entry.from) : `${entry.from}–${entry.to}`,
      };
    case 'closed-without-final':
      return { ...plain, kind: 'sin-final', phase: entry.phase, number: entry.number };
    case 'port-ended':
      return { ...plain, kind: 'puerto', code: entry.what, example: `${entry.status}: ${entry.detail}` };
    case 'login-refused':
      return { ...plain, kind: 'acceso', count: entry.attempts };
    case 'healed':
      return { ...plain, kind: 'reparacion', example: entry.what };
    case 'error':
      return { ...plain, kind: 'falla', code: entry.what, example: entry.detail };
    default:
      return null;
  }
}
