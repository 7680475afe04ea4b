/**
 * One line of a log, as the places of its parts within the bytes that were read. One object serves all lines of a file:
 * making one for each would cost more than reading it. It holds only until the next line is read.
 */
export interface Entry {
  bytes: Buffer;
  /** seconds since the epoch, whole */
  time: number;
  address: Part;
  method: Part;
  /** as it was asked for, with its query; empty where the request was none */
  target: Part;
  /** 0 where it is no number of three figures */
  status: number;
  /** of the body, or what the log has for it */
  size: number;
  referrer: Part;
  agent: Part;
  host: Part;
  /** the corte that was shown, where the log has it */
  corte: Part;
  /** Sec-Fetch-Dest, where the log has it: `iframe` is a page within another */
  dest: Part;
}

/** `from` is -1 where the log does not have this part; what is `-` or empty is there, and empty. */
export interface Part {
  from: number;
  to: number;
}

/**
 * What a line is: a request; a remark of the form itself, by which later lines may be read; or none of this form.
 * @internal
 */
export type Reading = 'request' | 'remark' | 'unreadable';

/** Reads one line, without its end. The entry is of use after a `request` alone. */
export type ReadLine = (entry: Entry, bytes: Buffer, from: number, to: number) => Reading;

const NOTHING = Buffer.alloc(0);

export function newEntry(): Entry {
  const part = () => ({ from: -1, to: -1 });
  return {
    bytes: NOTHING,
    time: 0,
    address: part(),
    method: part(),
    target: part(),
    status: 0,
    size: 0,
    referrer: part(),
    agent: part(),
    host: part(),
    corte: part(),
    dest: part(),
  };
}

export function place(part: Part, from: number, to: number): void {
  part.from = from;
  part.to = to;
}

/** As {@link place}; a hyphen alone, by which logs write that there is nothing, is nothing. */
export function placeOrNone(part: Part, bytes: Buffer, from: number, to: number): void {
  part.from = from;
  part.to = to === from + 1 && bytes[from] === 0x2d ? from : to;
}

export function isEmpty(part: Part): boolean {
  return part.from === part.to;
}

/** A whole number in decimal, of at most 15 figures. @returns -1 where it is none */
export function wholeNumber(bytes: Buffer, from: number, to: number): number {
  if (from >= to || to - from > 15) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** @returns 0 for anything but three figures */
export function statusIn(bytes: Buffer, from: number, to: number): number {
  const status = to - from === 3 ? wholeNumber(bytes, from, to) : 0;
  return status < 100 ? 0 : status;
}
