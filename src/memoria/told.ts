import type { Acuse } from '../format/acuse.ts';
import { instantOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import type { Corte } from '../verdict/history.ts';
import type { Window } from './figures.ts';
import { incidentsOf, type NodeRecord } from './incident/incidents.ts';
import { type Incident, MOST_INCIDENTS } from './incident/kinds.ts';
import { paceOf, publishedOf } from './incident/publication.ts';
import { cutTo, joinedSpans, type Span, spansOf } from './incident/shown.ts';
import type { NodeTold } from './memoria.ts';

/** What the records of all nodes come to, in one span. Pure. */

export interface Records {
  readonly phase: Phase;
  /** of the phase, from number 1 on */
  readonly cortes: readonly Corte[];
  /** the node that reports is the first, and the acuses are its */
  readonly nodes: readonly [NodeRecord, ...NodeRecord[]];
  readonly acuses: readonly Acuse[];
  readonly keepsTheRule: boolean;
}

export interface Happened {
  readonly nodes: readonly [NodeTold, ...NodeTold[]];
  readonly incidents: readonly Incident[];
  readonly untold: number;
}

export function happenedIn(records: Records, told: Window): Happened {
  const { phase, cortes, nodes } = records;
  const byNumber = new Map(cortes.map(({ statement }) => [statement.number, statement]));
  const hours = cortes.map(({ statement }) => instantOf(statement.taken_at));
  const final = cortes.at(-1)?.statement.final ?? false;
  const of = (node: NodeRecord, acuses: readonly Acuse[]) => {
    const { keepsTheRule } = records;
    const all = spansOf({ entries: node.record.entries, acuses, phase, cortes: byNumber, keepsTheRule, until: told.to });
    const spans = cutTo(all, told.from, told.to);
    const statements = cortes.map(({ statement }) => statement);
    const published = publishedOf(statements, all, instantOf(phase.opens_at), told);
    const happened = incidentsOf(node, { phase, spans, hours, final, ...told });
    return { told: { node: node.node, spans, published, pace: paceOf(published) }, happened };
  };
  const [own, ...others] = nodes;
  const first = of(own, records.acuses);
  // What the IEC was late by is the same everywhere, and is told once.
  const rest = others.map((node) => of(node, []));
  const incidents = [
    ...first.happened.incidents,
    ...rest.flatMap(({ happened }) => happened.incidents.filter(({ kind }) => kind !== 'corte-tardio')),
  ].sort((a, b) => a.from - b.from || a.to - b.to);
  const untold = [first, ...rest].reduce((sum, { happened }) => sum + happened.untold, 0);
  return {
    nodes: [first.told, ...rest.map(({ told: one }) => one)],
    incidents: incidents.slice(0, MOST_INCIDENTS),
    untold: untold + Math.max(0, incidents.length - MOST_INCIDENTS),
  };
}

/** Logs tell whole seconds. */
const SECOND = 1000;

function inSeconds<T extends Window>(spans: readonly T[]): T[] {
  const whole = (ms: number) => Math.floor(ms / SECOND) * SECOND;
  return spans.map((span) => ({ ...span, from: whole(span.from), to: whole(span.to) })).filter(({ from, to }) => from < to);
}

/** When each corte was what readers saw, for the counting: in order, none over another, in whole seconds. */
export function corteWindows(spans: readonly Span[]): (Window & { readonly number: number })[] {
  const windows = spans.flatMap(({ shows, number, from, to }) =>
    shows === 'corte' && number !== null ? [{ number, from, to }] : [],
  );
  return inSeconds(joinedSpans(windows, (one, next) => one.number === next.number));
}

/** When the notice was up, in the same way. */
export function noticeWindows(spans: readonly Span[]): Window[] {
  const windows = spans.flatMap(({ shows, from, to }) => (shows === 'aviso' ? [{ from, to }] : []));
  return inSeconds(joinedSpans(windows, () => true));
}
