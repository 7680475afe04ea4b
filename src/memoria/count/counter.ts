import { randomBytes } from 'node:crypto';
import type { Form } from '../figures.ts';
import { newReader, type Reader, readAddress } from '../log/address.ts';
import { type Entry, isEmpty, type Part } from '../log/entry.ts';
import { unescapedBytes } from '../log/spelling.ts';
import { byteHash } from './byte-table.ts';
import { spanAt } from './estimate.ts';
import { PATH, pathClass, pathEnd, pathFrom } from './kinds.ts';
import { type Memo, memo } from './memo.ts';
import { addTo, newTraffic, type Sums, type Traffic } from './minutes.ts';
import type { Plan, Span } from './plan.ts';
import { isHost, newReferrer, readReferrer } from './referrers.ts';
import { robots } from './robots.ts';
import { type Tally, tally } from './tally.ts';
import { type Visits, visits } from './visits.ts';

/** What was counted so far of all logs, in whatever order their lines come. */
export interface Counted {
  readonly byMinute: Traffic;
  readonly byCorte: Traffic;
  readonly avisos: { readonly all: Sums; readonly answered503: Float64Array };
  readonly visits: Visits;
  readonly statuses: { readonly requests: Float64Array; readonly bytes: Float64Array };
  readonly topPages: Tally;
  readonly referrers: Tally;
  readonly frames: { readonly seen: Sums; readonly portals: Tally; opened: number };
  knowsRobots: boolean;
  /** of the line that was added last */
  readonly reader: Reader;
}

export interface Counter {
  readonly counted: Counted;
  /** @returns false where the line is before or after the period: then it is not counted */
  add(entry: Entry, form: Form): boolean;
}

/** Names that are told apart, in each list. */
const MOST_NAMES = 16_384;

export function counterOf(plan: Plan): Counter {
  const counted = newCounted(plan);
  const knowledge: Partial<Record<Form, { readonly paths: Memo; readonly agents: Memo }>> = {};
  const learn = (form: Form) => {
    const classOf = (bytes: Buffer, from: number, to: number) => {
      const raw = bytes.subarray(from, to);
      const path = unescapedBytes(raw, form);
      return pathClass(path.toString('latin1'), plan.pageKinds, plan.frame) | (path === raw ? 0 : ESCAPED);
    };
    return (knowledge[form] = { paths: memo(MOST_NAMES, classOf), agents: robots(form) });
  };
  const cortes = lookUp(plan.cortes);
  const avisos = lookUp(plan.avisos);
  const countPage = pageCounter(plan, counted);
  const seed = randomBytes(4).readInt32LE();

  const add = (entry: Entry, form: Form) => {
    const second = entry.time - plan.from;
    if (second < 0 || second >= plan.seconds) return false;
    const { bytes, status, agent, target } = entry;
    const { paths, agents } = knowledge[form] ?? learn(form);
    const size = status === NOT_MODIFIED ? 0 : entry.size;
    const from = pathFrom(bytes, target.from, target.to);
    const to = pathEnd(bytes, from, target.to);
    const path = from < to ? paths.of(bytes, from, to) : 0;
    const page = path & PATH.page;

    let what: keyof Traffic = 'seen';
    if (path & PATH.favicon || from >= to || (status !== OK && status !== NOT_MODIFIED) || !isAsking(bytes, entry.method)) {
      what = 'unseen';
    } else if (isRobot(counted, bytes, agent, agents) || path & PATH.robots) what = 'robots';

    addTo(counted.byMinute[what], Math.trunc(second / 60), page, size);
    counted.statuses.requests[status]! += 1;
    counted.statuses.bytes[status]! += size;
    const corte = cortes(second);
    if (corte >= 0) addTo(counted.byCorte[what], corte, page, size);
    const aviso = avisos(second);
    if (aviso >= 0) {
      addTo(counted.avisos.all, aviso, page, size);
      if (status === UNAVAILABLE) counted.avisos.answered503[aviso]! += 1;
    }
    if (!readAddress(counted.reader, bytes, entry.address.from, entry.address.to)) name(counted.reader, bytes, entry.address, seed);
    if (what === 'seen') {
      counted.visits.add(counted.reader.high, counted.reader.low, second, page === 1);
      countPage(entry, form, path, from, to, size);
    }
    return true;
  };
  return { counted, add };
}

const [OK, NOT_MODIFIED, UNAVAILABLE] = [200, 304, 503];

/** Added to what a path is: its log writes it with escapes. */
const ESCAPED = 128;

function newCounted(plan: Plan): Counted {
  const single = () => newTraffic(1).seen;
  return {
    byMinute: newTraffic(plan.seconds / 60),
    byCorte: newTraffic(plan.cortes.length),
    avisos: { all: newTraffic(plan.avisos.length).seen, answered503: new Float64Array(plan.avisos.length) },
    visits: visits(plan.mostAddresses),
    statuses: { requests: new Float64Array(1000), bytes: new Float64Array(1000) },
    topPages: tally(MOST_NAMES),
    referrers: tally(MOST_NAMES),
    frames: { seen: single(), portals: tally(MOST_NAMES / 4), opened: 0 },
    knowsRobots: false,
    reader: newReader(),
  };
}

/** As {@link spanAt}, remembering the span of the line before. */
function lookUp(spans: readonly Span[]): (second: number) => number {
  if (spans.length === 0) return () => -1;
  let [from, to, at] = [0, 0, -1];
  return (second) => {
    if (second >= from && second < to) return at;
    at = spanAt(spans, second);
    const span = spans[at];
    [from, to] = span ? [span.from, span.to] : [second, second + 1];
    return at;
  };
}

/** GET, HEAD or POST: what a reader's browser does. */
function isAsking(bytes: Buffer, { from, to }: Part): boolean {
  const [first, length] = [bytes[from], to - from];
  if (from < 0 || (length === 1 && first === 0x2d)) return true; // the log does not say
  return (length === 3 && first === 0x47) || (length === 4 && (first === 0x48 || (first === 0x50 && bytes[from + 1] === 0x4f)));
}

function isRobot(counted: Counted, bytes: Buffer, agent: Part, agents: Memo): boolean {
  if (agent.from < 0) return false;
  counted.knowsRobots = true;
  return isEmpty(agent) || agents.of(bytes, agent.from, agent.to) === 1;
}

/** For a log whose addresses are names, or hashes: 48 bits of it, where no address of IPv6 is. */
function name(reader: Reader, bytes: Buffer, { from, to }: Part, seed: number): void {
  reader.high = 0xffff0000 + ((byteHash(bytes, from, to, seed) >>> 8) % 0xffff);
  reader.low = byteHash(bytes, from, to, ~seed) >>> 0;
}

/** Counts of a hit which page it was, where its reader came from, and whether it was shown within another page. */
function pageCounter(plan: Plan, counted: Counted) {
  const referrer = newReferrer();
  const frame = plan.frame === null ? null : Buffer.from(plan.frame);
  const { frames, topPages, referrers } = counted;
  return (entry: Entry, form: Form, path: number, from: number, to: number, size: number) => {
    const { bytes } = entry;
    const page = path & PATH.page;
    const hasReferrer = !isEmpty(entry.referrer) && readReferrer(referrer, bytes, entry.referrer, frame);
    const isOurs =
      hasReferrer &&
      (isHost(referrer, bytes, entry.host) ||
        (plan.hosts.size > 0 && plan.hosts.has(referrer.host.toString('latin1', 0, referrer.length))));
    const isElsewhere = hasReferrer && !isOurs;
    const isOpened = (path & PATH.frame) !== 0 || (page === 1 && isElsewhere && isFrame(bytes, entry.dest));
    const isWithin = hasReferrer && referrer.isFrame && (isOurs || plan.hosts.size === 0);
    if (isOpened || isWithin) addTo(frames.seen, 0, page, size);
    if (isOpened) frames.opened++;
    if (isOpened && isElsewhere) frames.portals.add(referrer.host, 0, referrer.length, page, size);
    if (page === 0) return;
    if (isElsewhere && !isOpened && !isWithin) referrers.add(referrer.host, 0, referrer.length, page, size);
    if ((path & ESCAPED) === 0) topPages.add(bytes, from, to, page, size);
    else {
      const spelt = unescapedBytes(bytes.subarray(from, to), form);
      topPages.add(spelt, 0, spelt.length, page, size);
    }
  };
}

/** `iframe`, or the older `frame`. */
function isFrame(bytes: Buffer, { from, to }: Part): boolean {
  return (to - from === 6 || to - from === 5) && bytes.toString('latin1', from, to).endsWith('frame');
}
