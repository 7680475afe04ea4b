import type { Form } from '../figures.ts';
import type { Entry, Part } from '../log/entry.ts';
import { agentText, unescapedBytes } from '../log/spelling.ts';

/** A line's bytes may become so many times as many, and it has so many besides: the room that a writer needs. */
export const ESCAPED_TIMES = 4;
export const FIXED_LENGTH = 512;

/** @returns where the line, with its end, ends; it was written without its address */
export type WriteCombined = (into: Buffer, at: number, entry: Entry, form: Form) => number;

/**
 * Writes lines of whatever form as those of our own nginx, without what only some logs have (docs/difusor.md): `hash - -
 * [time] "GET /" 200 512 "referrer" "agent" host "corte"`.
 * @param offset of the hours, minutes east of UTC
 */
export function combinedWriter(offset: number): WriteCombined {
  let minute = -1;
  const head = Buffer.alloc(HEAD_LENGTH);
  return (into, at, entry, form) => {
    if (Math.trunc(entry.time / 60) !== minute) {
      minute = Math.trunc(entry.time / 60);
      head.write(headOf(minute * 60, offset), 'latin1');
    }
    copyBytes(into, at, head, 0, HEAD_LENGTH);
    const second = entry.time % 60;
    into[at + SECOND_AT] = 0x30 + Math.trunc(second / 10);
    into[at + SECOND_AT + 1] = 0x30 + (second % 10);
    let end = at + HEAD_LENGTH;
    const text = (words: string) => {
      for (let i = 0; i < words.length; i++) into[end++] = words.charCodeAt(i);
    };
    const part = (of: Part) => {
      if (of.from >= of.to) text('-');
      else end = writeEscaped(into, end, entry.bytes, of.from, of.to, form);
    };
    if (form === 'combined' && entry.agent.from >= 0) {
      // From the request to the user agent it is the same: some two hundred bytes, for which Node's own way is faster.
      end += entry.bytes.copy(into, end, entry.method.from, entry.agent.to);
    } else {
      if (entry.target.from < entry.target.to) {
        part(entry.method);
        text(' ');
      }
      part(entry.target);
      text(`" ${entry.status || '-'} ${entry.size}`);
      if (entry.agent.from < 0) {
        // A log that does not name user agents is one without them, and not one of readers who have none.
        if (entry.referrer.from >= 0) {
          text(' "');
          part(entry.referrer);
          text('"');
        }
        text('\n');
        return end;
      }
      text(' "');
      part(entry.referrer);
      text('" "');
      if (form === 'w3c' && entry.agent.from < entry.agent.to) {
        const agent = Buffer.from(agentText(entry.bytes.subarray(entry.agent.from, entry.agent.to), form), 'latin1');
        end = writeEscaped(into, end, agent, 0, agent.length, form);
      } else part(entry.agent);
    }
    if (entry.host.from < 0) text('" - "-"\n');
    else {
      text('" ');
      if (isOneWord(entry.bytes, entry.host)) part(entry.host);
      else text('-');
      text(' "');
      part(entry.corte);
      text('"\n');
    }
    return end;
  };
}

/** Node's own way to copy makes an object for each piece, and these are short. @returns where the copy ends */
export function copyBytes(into: Buffer, at: number, bytes: Buffer, from: number, to: number): number {
  let end = at;
  for (let i = from; i < to; i++) into[end++] = bytes[i]!;
  return end;
}

const HEAD_LENGTH = ' - - [01/Jul/2018:18:00:05 -0500] "'.length;
const SECOND_AT = ' - - [01/Jul/2018:18:00:'.length;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param time of the minute's beginning, seconds since the epoch */
function headOf(time: number, offset: number): string {
  const local = new Date((time + offset * 60) * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${two(local.getUTCDate())}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}`;
  const east = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(east / 60))}${two(east % 60)}`;
  return ` - - [${day}:${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:00 ${zone}] "`;
}

/** A combined log is escaped already; of others what would end a text, or is no plain character, becomes `\x22`. */
function writeEscaped(into: Buffer, at: number, bytes: Buffer, from: number, to: number, form: Form): number {
  let isPlain = true;
  if (form !== 'combined') for (let i = from; i < to && isPlain; i++) isPlain = isOrdinary(bytes[i]!);
  if (isPlain) return copyBytes(into, at, bytes, from, to);
  let end = at;
  for (const byte of unescapedBytes(bytes.subarray(from, to), form)) {
    if (isOrdinary(byte)) into[end++] = byte;
    else end += into.write(`\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`, end, 'latin1');
  }
  return end;
}

function isOrdinary(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
}

function isOneWord(bytes: Buffer, { from, to }: Part): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x20 || !isOrdinary(bytes[i]!)) return false;
  return from >= 0;
}
