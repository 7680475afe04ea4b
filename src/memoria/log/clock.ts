/**
 * Moments as logs write them, in seconds since the epoch. A log has thousands of lines of one minute, so each clock
 * remembers the minute that it read last. A clock is of one file.
 */
export interface Clock {
  /** @returns whole seconds, or {@link NEVER} where it is no moment of this form */
  read(bytes: Buffer, from: number, to: number): number;
}

export const NEVER = -1;

/** `01/Jul/2018:18:00:05 -0500` */
export function combinedClock(): Clock {
  return remembering(26, 17, (text) => {
    const match = COMBINED.exec(text);
    if (!match) return null;
    const month = MONTHS.indexOf(match[2]!.toLowerCase()) / 3;
    return minuteOf([match[3], month + 1, match[1], match[4], match[5]].map(Number), match[6]!);
  });
}

const COMBINED = /^(\d\d)\/((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))\/(\d{4}):(\d\d):(\d\d):\d\d ([+-]\d{4})$/i;
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';

/** `2018-07-01T18:00:05-05:00`, also with parts of a second, `Z`, a space for the `T`, or an offset without its colon. */
export function isoClock(): Clock {
  const known = new Map<number, Clock>();
  const make = (length: number) =>
    remembering(length, 16, (text) => {
      const match = ISO.exec(text);
      return match ? minuteOf(match.slice(1, 6).map(Number), match[6]!) : null;
    });
  return {
    read(bytes, from, to) {
      if (to - from < 20 || to - from > 40) return NEVER;
      let clock = known.get(to - from);
      if (!clock) known.set(to - from, (clock = make(to - from)));
      return clock.read(bytes, from, to);
    },
  };
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):\d\d(?:[.,]\d{1,12})?(Z|[+-]\d\d:?\d\d)$/i;

/**
 * Seconds, with parts of one after a point, or whole milli-, micro- or nanoseconds: which, the number itself says, since
 * 10^11 seconds are the year 5138.
 */
export function epochSeconds(bytes: Buffer, from: number, to: number): number {
  let [end, value] = [from, 0];
  for (; end < to && bytes[end] !== 0x2e; end++) {
    const digit = bytes[end]! - 0x30;
    if (digit < 0 || digit > 9) return NEVER;
    value = value * 10 + digit;
  }
  if (end === from || end - from > 19) return NEVER;
  for (let i = end + 1; i < to; i++) if (bytes[i]! < 0x30 || bytes[i]! > 0x39) return NEVER;
  while (value >= 1e11) value /= 1000;
  return Math.floor(value);
}

/** The beginning of a minute, in seconds since the epoch, and how many characters its offset takes. */
interface Minute {
  readonly seconds: number;
  readonly offsetLength: number;
}

/**
 * @param length of the texts
 * @param minuteEnd where the minute ends in them; a separator and two figures for the second follow
 * @param minute reads a whole text
 */
function remembering(length: number, minuteEnd: number, minute: (text: string) => Minute | null): Clock {
  const last = Buffer.alloc(length);
  let known: Minute | null = null;
  return {
    read(bytes, from, to) {
      if (to - from !== length) return NEVER;
      if (known === null || !isSameMinute(bytes, from, last, minuteEnd, length - known.offsetLength)) {
        known = minute(bytes.toString('latin1', from, to));
        bytes.copy(last, 0, from, to);
        if (known === null) return NEVER;
      }
      const tens = bytes[from + minuteEnd + 1]! - 0x30;
      const ones = bytes[from + minuteEnd + 2]! - 0x30;
      const second = tens * 10 + ones;
      return tens < 0 || ones < 0 || ones > 9 || second > LEAP ? NEVER : known.seconds + second;
    },
  };
}

const LEAP = 60;

/** But for the figures of the second and of its parts, which stand between the minute and the offset. */
function isSameMinute(bytes: Buffer, from: number, last: Buffer, minuteEnd: number, offsetFrom: number): boolean {
  for (let i = 0; i < minuteEnd; i++) if (bytes[from + i] !== last[i]) return false;
  for (let i = minuteEnd; i < last.length; i++) {
    const [one, other] = [bytes[from + i]!, last[i]!];
    if (one !== other && (i >= offsetFrom || !isFigure(one) || !isFigure(other))) return false;
  }
  return true;
}

function isFigure(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** @param offset `Z`, `-05:00` or `-0500` */
function minuteOf(parts: readonly number[], offset: string): Minute | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts;
  if (hour > 23 || minute > 59) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute);
  const back = new Date(local);
  if (year < 1970 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  const figures = offset.replace(/[:Z]/gi, '');
  const east = figures === '' ? 0 : Number(figures.slice(1, 3)) * 60 + Number(figures.slice(3, 5));
  const seconds = local / 1000 - (figures.startsWith('-') ? -east : east) * 60;
  return seconds < 0 ? null : { seconds, offsetLength: offset.length };
}
