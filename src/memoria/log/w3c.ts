import { isoClock, NEVER } from './clock.ts';
import { isEmpty, type Part, place, placeOrNone, type ReadLine, statusIn, wholeNumber } from './entry.ts';

/**
 * The extended log format of the W3C, as CloudFront (fields apart by tabs) and IIS (by spaces) write it: a line
 * `#Fields:` says what stands where, and may come anew. Its hours are UTC. Lines that begin with `#` are remarks.
 */
export function w3cReader(): ReadLine {
  const clock = isoClock();
  const moment = Buffer.from('0000-00-00T00:00:00Z');
  const starts = new Int32Array(MOST_FIELDS);
  const ends = new Int32Array(MOST_FIELDS);
  let columns: Columns | null = null;
  return (entry, bytes, from, to) => {
    if (bytes[from] === HASH) {
      columns = columnsIn(bytes, from, to) ?? columns;
      return 'remark';
    }
    if (columns === null || split(bytes, from, to, starts, ends) !== columns.count) return 'unreadable';
    const { date, hour, status, size } = columns;
    if (ends[date]! - starts[date]! !== DATE || ends[hour]! - starts[hour]! < HOUR) return 'unreadable';
    bytes.copy(moment, 0, starts[date], ends[date]);
    bytes.copy(moment, DATE + 1, starts[hour], starts[hour]! + HOUR);
    const put = (part: Part, at: number) => {
      if (at < 0) place(part, -1, -1);
      else placeOrNone(part, bytes, starts[at]!, ends[at]!);
    };
    entry.bytes = bytes;
    entry.time = clock.read(moment, 0, moment.length);
    put(entry.address, columns.address);
    put(entry.method, columns.method);
    put(entry.target, columns.target);
    put(entry.referrer, columns.referrer);
    put(entry.agent, columns.agent);
    put(entry.host, columns.host);
    place(entry.corte, -1, -1);
    place(entry.dest, -1, -1);
    entry.status = statusIn(bytes, starts[status]!, ends[status]!);
    entry.size = size < 0 ? 0 : Math.max(0, wholeNumber(bytes, starts[size]!, ends[size]!));
    return entry.time === NEVER || isEmpty(entry.address) ? 'unreadable' : 'request';
  };
}

const HASH = 0x23;
const [DATE, HOUR] = ['2018-07-01'.length, '18:00:05'.length];

/** CloudFront has 33. */
const MOST_FIELDS = 64;

/** Which field is what, counted from 0; -1 for what the log does not have. */
interface Columns {
  readonly count: number;
  readonly date: number;
  readonly hour: number;
  readonly address: number;
  readonly method: number;
  readonly target: number;
  readonly status: number;
  readonly size: number;
  readonly referrer: number;
  readonly agent: number;
  readonly host: number;
}

/** @returns null for any other line that begins with `#`, and where something is missing that must be there */
function columnsIn(bytes: Buffer, from: number, to: number): Columns | null {
  const match = /^#Fields:\s*(.+)$/i.exec(bytes.toString('latin1', from, Math.min(to, from + 4096)));
  const names = match?.[1]?.trim().toLowerCase().split(/\s+/) ?? [];
  const first = (...of: readonly string[]) => of.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const columns = {
    count: names.length,
    date: first('date'),
    hour: first('time'),
    address: first('c-ip'),
    method: first('cs-method'),
    target: first('cs-uri-stem', 'cs-uri'),
    status: first('sc-status'),
    size: first('sc-bytes'),
    referrer: first('cs(referer)'),
    agent: first('cs(user-agent)'),
    // CloudFront's cs(Host) is its own name, and x-host-header the one that readers know.
    host: first('x-host-header', 'cs-host', 'cs(host)'),
  };
  const { date, hour, address, method, target, status, count } = columns;
  return Math.min(date, hour, address, method, target, status) < 0 || count > MOST_FIELDS ? null : columns;
}

/** @returns how many fields there are; more than {@link MOST_FIELDS} are not placed */
function split(bytes: Buffer, from: number, to: number, starts: Int32Array, ends: Int32Array): number {
  let hasTabs = false;
  for (let i = from; i < to && !hasTabs; i++) hasTabs = bytes[i] === 0x09;
  const separator = hasTabs ? 0x09 : 0x20;
  let [count, start] = [0, from];
  for (let i = from; i <= to; i++) {
    if (i < to && bytes[i] !== separator) continue;
    if (count < MOST_FIELDS) {
      starts[count] = start;
      ends[count] = i;
    }
    count++;
    start = i + 1;
  }
  return count;
}
