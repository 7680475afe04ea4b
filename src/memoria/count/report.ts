import { formatTime } from '../../format/time.ts';
import { type Count, type Figures, type FileFigures, type Overlap, type Row, VISIT_SECONDS } from '../figures.ts';
import type { Counted } from './counter.ts';
import { countVisits } from './estimate.ts';
import { apartIn, minutesOf, peakOf, seenIn, type Traffic } from './minutes.ts';
import type { Plan, Span } from './plan.ts';

/** Rows of each list of names. */
const ROWS = 50;

/** The figures of what was counted. */
export function figuresOf(plan: Plan, counted: Counted, files: readonly FileFigures[]): Figures {
  const at = (second: number) => formatTime((plan.from + second) * 1000, plan.offset);
  const { byMinute, byCorte, frames } = counted;
  const all: Span = { from: 0, to: plan.seconds };
  const { visits, visitors, addresses, begun } = countVisits(counted.visits, [plan.hours, plan.days, plan.cortes]);
  const [hours = [], days = [], cortes = []] = begun;
  const row = (span: Span, visits: Count, traffic: Traffic, from: number, to: number): Row => ({
    from: at(span.from),
    to: at(span.to),
    visits,
    ...seenIn(traffic.seen, from, to),
    robots: apartIn(traffic.robots, from, to),
    unseen: apartIn(traffic.unseen, from, to),
  });
  const minutes = (span: Span, visits: Count) => row(span, visits, byMinute, ...minutesOf(span));
  const peak = (...values: readonly Float64Array[]) => {
    const found = peakOf(values);
    return found && { from: at(found.index * 60), value: found.value };
  };
  const counts = ['lines', 'outside', 'unreadable', 'tooLong'] as const;
  const [lines = 0, outside = 0, unreadable = 0, tooLong = 0] = counts.map((of) => files.reduce((sum, file) => sum + file[of], 0));
  return {
    from: at(0),
    to: at(plan.seconds),
    offset: plan.offset,
    pageKinds: [...plan.pageKinds],
    visitSeconds: VISIT_SECONDS,
    files,
    overlaps: overlapsOf(files),
    nodes: [...new Set(files.map(({ node }) => node))],
    lines: { counted: lines, outside, unreadable, tooLong },
    visits,
    visitors,
    addresses,
    seen: seenIn(byMinute.seen, ...minutesOf(all)),
    robots: apartIn(byMinute.robots, ...minutesOf(all)),
    unseen: apartIn(byMinute.unseen, ...minutesOf(all)),
    statuses: statusesOf(counted.statuses),
    knowsRobots: counted.knowsRobots,
    hours: plan.hours.map((span, i) => minutes(span, hours[i]!)),
    days: plan.days.map((span, i) => minutes(span, days[i]!)),
    cortes: plan.cortes.map((span, i) => ({ number: span.number, ...row(span, cortes[i]!, byCorte, i, i + 1) })),
    avisos: plan.avisos.map((span, i) => {
      const { requests, pages, bytes } = apartIn(counted.avisos.all, i, i + 1);
      return { from: at(span.from), to: at(span.to), requests, pages, bytes, answered503: counted.avisos.answered503[i]! };
    }),
    peakRequests: peak(byMinute.seen.hits, byMinute.robots.hits, byMinute.unseen.hits),
    peakHits: peak(byMinute.seen.hits),
    peakPages: peak(byMinute.seen.pages),
    topPages: counted.topPages.top(ROWS),
    referrers: counted.referrers.top(ROWS),
    frames: { ...seenIn(frames.seen, 0, 1), opened: frames.opened, portals: frames.portals.top(ROWS) },
  };
}

function statusesOf({ requests, bytes }: Counted['statuses']): Figures['statuses'] {
  return [...requests.keys()]
    .filter((status) => requests[status]! > 0)
    .map((status) => ({ status, requests: requests[status]!, bytes: bytes[status]! }));
}

/** A log and the one after it may share a moment: who rotates them takes as long. */
const SHARED_MS = 60_000;
const MOST_OVERLAPS = 100;

/** Two files of a node of the same hours. */
function overlapsOf(files: readonly FileFigures[]): Overlap[] {
  const overlaps: Overlap[] = [];
  const dated = files.filter((file) => file.first !== null && file.last !== null);
  for (const [i, one] of dated.entries()) {
    for (const other of dated.slice(i + 1)) {
      if (one.node !== other.node || overlaps.length === MOST_OVERLAPS) continue;
      const from = one.first! > other.first! ? one.first! : other.first!;
      const to = one.last! < other.last! ? one.last! : other.last!;
      if (Date.parse(to) - Date.parse(from) > SHARED_MS) overlaps.push({ node: one.node, files: [one.file, other.file], from, to });
    }
  }
  return overlaps;
}
