import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Statement } from '../../src/format/statement.ts';
import { cortesIn } from '../kit/cortes.ts';

/**
 * The rule of the missed periods, written a second time from outside: what `bitacora.jsonl` says of a node's states and
 * links is compared with what the same log says of cortes and acuses, in its order. The result does not depend on how
 * busy the machine was: a node that was late must have been counted as late, in the right period, and no other node.
 */

export type Line = { readonly event: string } & Readonly<Record<string, unknown>>;

export interface Night {
  /** since when each corte was there, ms; the first is at 0 */
  readonly takenAt: readonly number[];
  readonly opensAt: number;
  /** ms */
  readonly period: number;
  readonly missedLimit: number;
}

const FAILED: Readonly<Record<string, number>> = { 'al-dia': 0, '1-falla': 1, '2-fallas': 2, interrumpido: Infinity };

/**
 * @param difusor with one node, `web1`
 * @returns every breach of the rule, as a sentence; empty where there is none
 */
export function againstTheRule(log: readonly Line[], difusor: string, night: Night): string[] {
  const wrong: string[] = [];
  const periodOf = (number: number) => Math.floor(((night.takenAt[number - 1] as number) - night.opensAt) / night.period);
  let [head, acknowledged, state, failed] = [0, 0, 'al-dia', 0];
  let isLinked = true;
  let [isRunning, wasKilled] = [false, false]; // after a kill, events that were told and not yet saved may be told again, once
  let isReached = false; // until then a node is `sin-contacto`, which counts as well
  let startedAt = -Infinity; // ms; a period that ended before this is not counted
  const complain = (line: Line, why: string) => wrong.push(`${why}: ${JSON.stringify(line)}`);

  for (const line of log) {
    const isOwn = line['node'] === `${difusor}/web1` || line['difusor'] === difusor;
    const number = Number(line['number']);
    const period = Number(line['period']);
    if (line.event === 'packed') {
      if (state === 'interrumpido' && isLinked) complain(line, 'a corte was made before the link was disabled');
      const hasSeenItEnd = endOf(night, period - 1) > startedAt;
      if (hasSeenItEnd && acknowledged < head && isMissed(night, acknowledged + 1, period - 1) && state === 'al-dia')
        complain(line, `corte ${acknowledged + 1} was missed and not counted`);
      head = number;
    } else if (line.event === 'stopped') isRunning = false;
    else if (line.event === 'started') {
      [isRunning, wasKilled] = [true, isRunning];
      if (typeof line['at'] === 'string') startedAt = Date.parse(line['at']) + 1000; // the log's hours are whole seconds, rounded down
    } else if (!isOwn) continue;
    else if (line.event === 'reached') isReached = true;
    else if (line.event === 'acuse') acknowledged = number;
    else if (line.event === 'link-disabled' || line.event === 'link-enabled') {
      isLinked = line.event === 'link-enabled';
      if (isLinked === (state === 'interrumpido')) complain(line, `the link of one who is ${state}`);
    } else if (line.event === 'state') {
      const before = line['before'] === 'sin-contacto' && !isReached ? 'al-dia' : String(line['before']);
      isReached = true;
      if (before !== state && !wasKilled) complain(line, `it was ${state}`);
      wasKilled = false;
      const counted = before === 'recuperado' ? failed : (FAILED[before] as number);
      [state, failed] = [String(line['state']), Number(line['failed'])];
      const why = judge({ state, failed, before, lacks: head - acknowledged, limit: night.missedLimit });
      if (why) complain(line, why);
      if (failed > 0) {
        const unmended = period - periodOf(acknowledged + 1) + 1;
        if (failed !== Math.min(counted + 1, Math.max(1, unmended))) complain(line, `corte ${acknowledged + 1} is lacking`);
      }
    }
  }
  return wrong;
}

/** Since when each corte of a chain's jornada was there, ms: its own hour, or that of its last file where that is later. */
export async function hoursOf(chain: string): Promise<number[]> {
  const phase = join(chain, 'jornada');
  const folders = (await cortesIn(phase)).map(async (number) => {
    const { taken_at } = JSON.parse(await readFile(join(phase, number, 'corte.json'), 'utf8')) as Statement;
    return Math.max(Date.parse(taken_at), (await stat(join(phase, number, 'corte.json.sig'))).mtimeMs);
  });
  return Promise.all(folders);
}

interface Judged {
  readonly state: string;
  readonly failed: number;
  readonly before: string;
  /** cortes that are not acknowledged */
  readonly lacks: number;
  readonly limit: number;
}

/** Checks one state event. @returns what is wrong with it, or null */
function judge({ state, failed, before, lacks, limit }: Judged): string | null {
  switch (state) {
    case 'al-dia':
      return lacks === 0 && failed === 0 ? null : `${lacks} cortes are lacking`;
    case 'recuperado':
      return before === 'interrumpido' && lacks <= 1 && failed === lacks ? null : `${lacks} cortes are lacking, after ${before}`;
    case 'interrumpido':
      return failed >= limit && lacks > 0 ? null : `after ${failed} periods, with ${lacks} cortes lacking`;
    default:
      return state === (failed === 1 ? '1-falla' : '2-fallas') && failed < limit && lacks > 0 ? null : `after ${failed} periods`;
  }
}

/** When a period ended, ms. */
function endOf({ opensAt, period: ms }: Night, period: number): number {
  return opensAt + (period + 1) * ms;
}

/** Whether a corte that is lacking at the end of a period counts: it must have existed for a quarter of the period. */
function isMissed(night: Night, number: number, period: number): boolean {
  return endOf(night, period) - (night.takenAt[number - 1] as number) >= night.period / 4;
}
