/**
 * Times as the formats write them: `YYYY-MM-DDThh:mm:ss±hh:mm`. They are compared as instants and shown as written,
 * because the offset is the local time of the election.
 */

/** `-00:00` means "offset unknown" (RFC 3339), which an hour of the election never is. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([+-])([01]\d|2[0-3]):([0-5]\d)$/;

/** @returns milliseconds since the epoch, or null where the text is not a time of this form or no such moment exists */
export function parseTime(text: string): number | null {
  const match = TIME.exec(text);
  if (!match || text.endsWith('-00:00')) return null;
  const offset = offsetMinutes(match);
  // Date accepts 31 June and 24:00 and shifts them: only a round trip shows that the moment exists.
  const part = (group: number) => Number(match[group]);
  const local = new Date(0);
  local.setUTCFullYear(part(1), part(2) - 1, part(3));
  local.setUTCHours(part(4), part(5), part(6));
  const instant = local.getTime() - offset * 60_000;
  return formatTime(instant, offset) === text ? instant : null;
}

/** The offset, in minutes east of UTC, of a time that {@link parseTime} accepts. */
export function offsetOf(time: string): number {
  const match = TIME.exec(time);
  if (!match) throw new TypeError(`not a time: ${time}`);
  return offsetMinutes(match);
}

function offsetMinutes(match: RegExpExecArray): number {
  return (match[7] === '-' ? -1 : 1) * (Number(match[8]) * 60 + Number(match[9]));
}

/** Writes an instant (ms) at an offset (minutes east of UTC); what is below a second is dropped. */
export function formatTime(instant: number, offset: number): string {
  const local = new Date(instant + offset * 60_000).toISOString().slice(0, 19);
  const size = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The instant (ms) of a time already known to be well formed. */
export function instantOf(time: string): number {
  const instant = parseTime(time);
  if (instant === null) throw new TypeError(`not a time: ${time}`);
  return instant;
}
