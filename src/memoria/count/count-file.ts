import { formatTime } from '../../format/time.ts';
import type { FileFigures, Source } from '../figures.ts';
import { newEntry, type ReadLine } from '../log/entry.ts';
import { formOf, readerOf } from '../log/form.ts';
import { splitLines } from '../log/lines.ts';
import { DamagedGzip, openLog } from '../log/log-file.ts';
import type { Copy } from './copy.ts';
import type { Counter } from './counter.ts';
import type { Plan } from './plan.ts';

/** Counts one file. Lines that can't be read are told in its figures, never thrown. */

/** What hardly any line of is one, is no log: told after so many lines of which one in ten could not be read. */
const ENOUGH_LINES = 10_000;
/** A log has an end of a line somewhere within so many bytes. */
const LONGEST_WITHOUT_END = 1024 ** 3;
/** And a line that can be read within so many bytes, since otherwise it is something else: an image, zeros, a bomb. */
const LONGEST_WITHOUT_LINE = 256 * 1024 ** 2;

/** How much earlier than the line before it a line may be: a server writes a line when its answer has ended. */
const BACKWARDS_SECONDS = 60;

type FileState = FileFigures['state'];

/**
 * @param copy of what is counted
 * @param took called now and then, with bytes of the disk and lines so far
 * @throws NotAFile; Error as the disk gives it
 */
export async function countFile(
  source: Source,
  plan: Plan,
  counter: Counter,
  copy: Copy | null,
  took: (bytes: number, lines: number) => void,
  signal?: AbortSignal,
): Promise<FileFigures> {
  const file = await openLog(source.file);
  const tally = { lines: 0, outside: 0, unreadable: 0, tooLong: 0, backwards: 0, bytes: 0, copied: 0 };
  const entry = newEntry();
  let form = source.form ?? null;
  let read: ReadLine | null = null;
  let [first, last, newest, lastGood] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  let isWithin = false;
  const lines = splitLines({
    line(bytes, from, to) {
      form ??= formOf(bytes, from);
      read ??= readerOf(form);
      const reading = read(entry, bytes, from, to);
      if (reading === 'remark') {
        // Of whatever hour: without it the lines that follow can't be read, and it names no reader.
        if (copy?.asItIs(bytes, from, to) === true) tally.copied++;
        return;
      }
      if (reading === 'unreadable') {
        tally.unreadable++;
        if (isWithin && copy?.asItIs(bytes, from, to) === true) tally.copied++;
        return;
      }
      lastGood = tally.bytes;
      isWithin = counter.add(entry, form);
      if (!isWithin) {
        tally.outside++;
        return;
      }
      tally.lines++;
      const { time } = entry;
      if (time < first) first = time;
      if (time > last) last = time;
      if (time > newest) newest = time;
      else if (time < newest - BACKWARDS_SECONDS) tally.backwards++;
      if (copy) {
        copy.line(entry, form, counter.counted.reader, from, to);
        tally.copied++;
      }
    },
    tooLong() {
      tally.tooLong++;
    },
  });
  let state: FileState = 'whole';
  try {
    for await (const piece of file.pieces((bytes) => took(bytes, tally.lines))) {
      signal?.throwIfAborted();
      tally.bytes += piece.length;
      lines.push(piece);
      if (copy) await copy.flush();
      if (isNoLog(tally, lines.pending(), lastGood)) {
        state = 'no-log';
        break;
      }
    }
    if (state === 'whole') lines.finish();
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
    // What the last line would have been is not known.
    state = error.isCut ? 'cut' : 'damaged';
  } finally {
    await file.close();
  }
  const { lines: counted, outside, unreadable, tooLong, backwards, bytes } = tally;
  if (state === 'whole' && counted + outside === 0) state = unreadable + tooLong > 0 ? 'no-log' : 'empty';
  const at = (second: number) => (counted > 0 ? formatTime(second * 1000, plan.offset) : null);
  return {
    file: source.file,
    node: source.node,
    form: counted + outside > 0 ? form : null,
    isGzip: file.isGzip,
    state,
    sameAs: null,
    lines: counted,
    outside,
    unreadable,
    tooLong,
    backwards,
    first: at(first),
    last: at(last),
    bytes,
    copy: copy ? { name: copy.name, lines: tally.copied } : null,
  };
}

function isNoLog(
  tally: { readonly lines: number; readonly outside: number; readonly unreadable: number; readonly bytes: number },
  pending: number,
  lastGood: number,
): boolean {
  const bad = tally.unreadable;
  return (
    pending > LONGEST_WITHOUT_END ||
    tally.bytes - lastGood > LONGEST_WITHOUT_LINE + pending ||
    (bad > ENOUGH_LINES && bad > 9 * (tally.lines + tally.outside))
  );
}
