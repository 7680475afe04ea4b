import { newReader, readAddress } from './address.ts';
import { combinedClock, NEVER } from './clock.ts';
import { type Entry, place, placeOrNone, type ReadLine, statusIn, wholeNumber } from './entry.ts';

/**
 * The combined log of nginx and Apache, which many others write too:
 *
 *     192.0.2.1 - - [01/Jul/2018:18:00:05 -0500] "GET / HTTP/1.1" 200 512 "https://other.example/" "Mozilla/5.0 …"
 *
 * Also without the last two (common), with `host:port` in front (Apache's vhost_combined), and with what our own nginx
 * adds (`prep.example "12" 0.003 "same-origin"`). What else may follow is not read.
 */
export function combinedReader(): ReadLine {
  const clock = combinedClock();
  const reader = newReader();
  return (entry, bytes, from, to) => {
    entry.bytes = bytes;
    const time = findTime(bytes, from, to);
    if (time < 0) return 'unreadable';
    entry.time = clock.read(bytes, time, time + TIME);
    if (entry.time === NEVER) return 'unreadable';
    let end = indexOf(bytes, SPACE, from, time);
    if (end === from || end === time) return 'unreadable';
    place(entry.host, -1, -1);
    place(entry.address, from, end);
    if (bytes[end - 1]! <= NINE && !readAddress(reader, bytes, from, end)) end = afterHost(entry, bytes, from, time);
    const request = time + TIME + 3; // past `] "`
    if (bytes[request - 3] !== CLOSE || bytes[request - 1] !== QUOTE) return 'unreadable';
    const requestEnd = readRequest(entry, bytes, request, to);
    if (requestEnd < 0 || bytes[requestEnd + 1] !== SPACE) return 'unreadable';
    const status = requestEnd + 2;
    const statusEnd = indexOf(bytes, SPACE, status, to);
    if (statusEnd === to) return 'unreadable';
    entry.status = statusIn(bytes, status, statusEnd);
    const size = statusEnd + 1;
    const sizeEnd = indexOf(bytes, SPACE, size, to);
    entry.size = wholeNumber(bytes, size, sizeEnd);
    if (entry.size < 0) {
      if (sizeEnd !== size + 1 || bytes[size] !== HYPHEN) return 'unreadable';
      entry.size = 0;
    }
    readRest(entry, bytes, sizeEnd, to);
    return 'request';
  };
}

const [SPACE, QUOTE, HYPHEN, OPEN, CLOSE, BACKSLASH, COLON, NINE] = [0x20, 0x22, 0x2d, 0x5b, 0x5d, 0x5c, 0x3a, 0x39];

/** Characters of `01/Jul/2018:18:00:05 -0500`. */
const TIME = 26;

/** A user's name may have spaces and brackets, so that what stands in the first ones need not be the time. */
function findTime(bytes: Buffer, from: number, to: number): number {
  const last = to - TIME - 1;
  for (let i = from; i < last; i++) {
    if (bytes[i] === OPEN && bytes[i + 3] === 0x2f && bytes[i + TIME + 1] === CLOSE) return i + 1;
    if (bytes[i] === QUOTE) return -1;
  }
  return -1;
}

/** Takes `host:port` for the host, and what follows it for the address. @returns where the address ends */
function afterHost(entry: Entry, bytes: Buffer, from: number, time: number): number {
  const hostEnd = entry.address.to;
  const colon = bytes.subarray(from, hostEnd).lastIndexOf(COLON);
  const end = indexOf(bytes, SPACE, hostEnd + 1, time);
  const isPort = colon > 0 && wholeNumber(bytes, from + colon + 1, hostEnd) >= 0;
  if (!isPort || end <= hostEnd + 2 || end === time) return hostEnd;
  place(entry.host, from, from + colon);
  place(entry.address, hostEnd + 1, end);
  return end;
}

/**
 * `GET / HTTP/1.1`, or whatever a stranger sent in its place.
 * @returns where its closing quote is, -1 where there is none
 */
function readRequest(entry: Entry, bytes: Buffer, from: number, to: number): number {
  let [first, last, i] = [-1, -1, from];
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) i++;
    else if (byte === SPACE) {
      if (first < 0) first = i;
      last = i;
    }
  }
  if (i >= to) return -1;
  placeRequest(entry, bytes, from, i, first, last);
  return i;
}

/**
 * Places method and target of a request line.
 * @param first space in it, -1 where there is none
 * @param last space in it
 */
export function placeRequest(entry: Entry, bytes: Buffer, from: number, to: number, first: number, last: number): void {
  place(entry.method, from, first < 0 ? from : first);
  const hasVersion = last > first && bytes[last + 1] === 0x48 && bytes[last + 5] === 0x2f; // H…/
  if (first < 0) place(entry.target, to, to);
  else place(entry.target, first + 1, hasVersion ? last : to);
}

/** @param from after the size */
function readRest(entry: Entry, bytes: Buffer, from: number, to: number): void {
  place(entry.corte, -1, -1);
  place(entry.dest, -1, -1);
  const referrer = quotedEnd(bytes, from, to);
  if (referrer < 0) place(entry.referrer, -1, -1);
  else placeOrNone(entry.referrer, bytes, from + 2, referrer);
  const agent = referrer < 0 ? -1 : quotedEnd(bytes, referrer + 1, to);
  if (agent < 0) {
    place(entry.agent, -1, -1);
    return;
  }
  placeOrNone(entry.agent, bytes, referrer + 3, agent);
  // ` prep.example "12" `: ours, and nobody else's.
  const host = agent + 2;
  const hostEnd = indexOf(bytes, SPACE, host, to);
  const corte = hostEnd < to && bytes[host] !== QUOTE ? quotedEnd(bytes, hostEnd, to) : -1;
  const number = corte < 0 ? -1 : wholeNumber(bytes, hostEnd + 2, corte);
  if (corte < 0 || (number < 0 && corte > hostEnd + 2 && bytes[hostEnd + 2] !== HYPHEN)) return;
  place(entry.host, host, hostEnd);
  placeOrNone(entry.corte, bytes, hostEnd + 2, corte);
}

/** @param space before the opening quote @returns where the closing quote is, -1 where there is no quoted text */
function quotedEnd(bytes: Buffer, space: number, to: number): number {
  if (bytes[space] !== SPACE || bytes[space + 1] !== QUOTE) return -1;
  for (let i = space + 2; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** @returns `to` where it is not there. A search by Node itself costs more than the few bytes that it would look at. */
function indexOf(bytes: Buffer, byte: number, from: number, to: number): number {
  let i = from;
  while (i < to && bytes[i] !== byte) i++;
  return i;
}
