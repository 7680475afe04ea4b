import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashOfCorte } from '../../chain/chain-folder.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { syncFolder, writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { namesIn } from '../../disk/names-in.ts';
import { encodeDocument, isName } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { parseSixDigits, sixDigits } from '../../format/naming.ts';
import { parseRecibos, RECIBOS, RECIBOS_INDEX, type Recibo, recibosText } from '../../format/recibos.ts';
import { Refusal } from '../../format/refusal.ts';
import { saidBy } from '../../format/thrown.ts';
import type { Tell } from './bitacora.ts';
import type { ChainView } from './chain-view.ts';
import { keptAcuses } from './kept-acuses.ts';

/**
 * The receipts for everyone, `<panel>/recibos/<phase>/<number>.json` and `<panel>/recibos/index.json`: made of the acuses
 * that are kept, and of nothing else, so that they can be thrown away. They are written beside the night's work, one
 * file at a time; nothing waits for them.
 */
export interface Recibos {
  /** Receipts of a corte were kept: its file is made anew, soon. */
  readonly changed: (number: number) => void;
  /** Writes what has changed and, with `missing`, what was missing, trying each file once, and ends. Never throws. */
  end(): Promise<void>;
}

export interface RecibosOptions {
  /** `all` looks at every corte of which a receipt is kept or published, `missing` only at those that have no file */
  readonly anew: 'all' | 'missing';
  /** is told once of a trouble that goes on */
  readonly tell: Tell;
  /** receipts that come within this time are written together, ms */
  readonly gatherMs?: number;
  /** before the next try after one that failed, ms */
  readonly againMs?: number;
}

/** @param view the chain whose receipts they are; of cortes that it does not have to the byte none is published */
export function newRecibos(
  panel: string,
  { chain, election, phase: { name: phase } }: Pick<ChainView, 'chain' | 'election' | 'phase'>,
  { anew, tell, gatherMs = 1000, againMs = 10_000 }: RecibosOptions,
): Recibos {
  const changed = new Set<number>();
  const ending = new AbortController();
  /** what could not be written while this ends: each is tried once */
  const failed = new Set<number>();
  /** what is looked at because this process began, ascending, once it is listed */
  let older: number[] = [];
  let isListed = false;
  let trouble = '';
  let running: Promise<void> | null = null;

  /** Whether what lies there from before is still due: a night that ends leaves it to the next one. */
  function isAllDue(): boolean {
    return anew === 'missing' || !ending.signal.aborted;
  }

  async function rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: ending.signal }).catch(() => {});
  }

  /** The newest first: it is what people ask for. */
  function next(): number | undefined {
    let newest: number | undefined;
    for (const number of changed) newest = Math.max(newest ?? 0, number);
    if (newest !== undefined) changed.delete(newest);
    else if (isAllDue()) newest = older.pop();
    return newest;
  }

  /** @returns whether it was done */
  async function tried(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      trouble = '';
      return true;
    } catch (error) {
      const detail = saidBy(error);
      if (detail.en !== trouble) tell({ event: 'recibos-trouble', detail });
      trouble = detail.en;
      return false;
    }
  }

  async function run(): Promise<void> {
    await rest(gatherMs);
    while (!isListed && isAllDue()) {
      isListed = await tried(async () => {
        older = await numbersDue(panel, phase, anew);
      });
      if (!isListed && ending.signal.aborted) break;
      if (!isListed) await rest(againMs);
    }
    for (let number = next(); number !== undefined; number = next()) {
      const due = number;
      const began = performance.now();
      if (await tried(() => writeRecibos(panel, chain, phase, due))) {
        // Nobody waits for what lies there from before: a night that begins has its couriers to serve.
        if (anew === 'all' && changed.size === 0) await rest(Math.min(1000, 3 * (performance.now() - began)));
        continue;
      }
      if (ending.signal.aborted) failed.add(due);
      else changed.add(due);
      await rest(againMs);
    }
    if (failed.size === 0) await tried(() => writeIndex(panel, election));
  }

  function start(): void {
    running ??= run().finally(() => {
      running = null;
      if (changed.size > 0 && !ending.signal.aborted) start();
    });
  }

  start();
  return {
    changed(number) {
      changed.add(number);
      start();
    },
    async end() {
      ending.abort();
      do {
        if (changed.size > 0) start();
        await running;
      } while (changed.size > 0); // it may have come while the index was written
    },
  };
}

/** The numbers of the cortes whose file may have to be made, ascending. */
async function numbersDue(panel: string, phase: string, anew: RecibosOptions['anew']): Promise<number[]> {
  const there = new Set(await publishedNumbers(panel, phase));
  const due = new Set(anew === 'all' ? there : []);
  for (const [difusor, node] of await nodesIn(panel)) {
    for (const number of await keptAcuses(panel, { difusor, node }, phase).numbers()) {
      if (anew === 'all' || !there.has(number)) due.add(number);
    }
  }
  return [...due].sort((a, b) => a - b);
}

async function publishedNumbers(panel: string, phase: string): Promise<number[]> {
  return (await namesIn(join(panel, RECIBOS, phase)))
    .map((name) => (name.endsWith('.json') ? parseSixDigits(name.slice(0, -'.json'.length)) : null))
    .filter((number) => number !== null)
    .sort((a, b) => a - b);
}

/** Difusor and node of all whose acuses are kept, in their order. */
async function nodesIn(panel: string): Promise<[difusor: string, node: string][]> {
  const nodes: [string, string][] = [];
  for (const difusor of (await namesIn(join(panel, 'acuses'))).filter(isName).sort()) {
    for (const node of (await namesIn(join(panel, 'acuses', difusor))).filter(isName).sort()) nodes.push([difusor, node]);
  }
  return nodes;
}

function fileOf(panel: string, phase: string, number: number): string {
  return join(panel, RECIBOS, phase, `${sixDigits(number)}.json`);
}

/**
 * Makes the file of one corte's receipts, and removes the one of a corte that has none.
 * @throws Error where something can't be read or written
 */
async function writeRecibos(panel: string, chain: string, phase: string, number: number): Promise<void> {
  const file = fileOf(panel, phase, number);
  const recibos = await recibosOf(panel, chain, phase, number);
  const before = await readIfThere(file, LIMITS.recibosBytes).catch(() => null); // whatever has its place is replaced
  if (recibos.length === 0) {
    if (before === null) return;
    await fs.rm(file, { force: true });
    await syncFolder(join(panel, RECIBOS, phase));
    return;
  }
  const text = recibosText(recibos);
  if (before?.equals(Buffer.from(text))) return;
  makeFolderFor(join(panel, RECIBOS, phase));
  await writeDurably(file, text);
}

/** The kept receipts of the corte that the chain has, as many as a file of them may have. */
async function recibosOf(panel: string, chain: string, phase: string, number: number): Promise<Recibo[]> {
  const corte = await hashOfCorte(chain, phase, number);
  const recibos: Recibo[] = [];
  if (corte === null) return recibos;
  let bytes = 0;
  for (const [difusor, node] of await nodesIn(panel)) {
    const signed = await keptAcuses(panel, { difusor, node }, phase).readSigned(number);
    if (signed?.acuse.corte !== corte) continue;
    bytes += recibosText([signed.recibo]).length;
    if (bytes > LIMITS.recibosBytes || recibos.length === LIMITS.recibos) break;
    recibos.push(signed.recibo);
  }
  return recibos;
}

/** Of each phase the newest corte that has receipts, and how many. */
async function writeIndex(panel: string, election: string): Promise<void> {
  const phases: Record<string, { number: number; recibos: number }> = {};
  for (const phase of (await namesIn(join(panel, RECIBOS))).filter(isName).sort()) {
    const number = (await publishedNumbers(panel, phase)).at(-1);
    if (number !== undefined) phases[phase] = { number, recibos: await countAt(fileOf(panel, phase, number)) };
  }
  const file = join(panel, RECIBOS, RECIBOS_INDEX);
  const bytes = encodeDocument({ election, phases });
  const before = await readIfThere(file, LIMITS.documentBytes).catch(() => null);
  if (before?.equals(bytes) || (before === null && Object.keys(phases).length === 0)) return;
  makeFolderFor(join(panel, RECIBOS));
  await writeDurably(file, bytes);
}

/** A file that is damaged has none, until it is made anew. */
async function countAt(file: string): Promise<number> {
  try {
    const bytes = await readIfThere(file, LIMITS.recibosBytes);
    return bytes ? parseRecibos(bytes, file).length : 0;
  } catch (error) {
    if (error instanceof Refusal) return 0;
    throw error;
  }
}
