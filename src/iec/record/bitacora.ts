import { join } from 'node:path';
import { openLineLog } from '../../disk/line-log.ts';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';

/** A line of the log. Members are facts, so that a program can read them too; `detail` is a sentence for people. */
export type NightEvent = { readonly event: string; readonly detail?: Said | null } & Readonly<
  Record<string, string | number | boolean | null | Said>
>;

/** Tells an event to the log and to its listener. */
export type Tell = (event: NightEvent) => void;

/**
 * The log of the night, `<panel>/bitacora.jsonl`: one JSON object a line, each with its hour `at`. It never throws: a
 * full disk must not end the night, and the listener is told even what the log can't take.
 * @param hour the hour now, as the log has it
 * @param heard is told every event too, before the log
 */
export function openBitacora(panel: string, hour: () => string, heard: Tell = () => {}): Tell {
  const log = openLineLog(join(panel, 'bitacora.jsonl'), Number.POSITIVE_INFINITY);
  return (event) => {
    heard(event);
    try {
      log.append(JSON.stringify({ at: hour(), ...event }));
    } catch (error) {
      heard({ event: 'log-trouble', detail: saidBy(error) });
    }
  };
}
