import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf } from '../kit/sockets.ts';

/** Looking at processes and at a node while they are attacked. */

export interface Sample {
  /** ms since the epoch */
  readonly at: number;
  /** MiB of the process's memory */
  readonly memory: number;
  readonly descriptors: number;
}

/** A process and what it started, by names that tell them apart. */
export class Gauge {
  readonly samples = new Map<string, Sample[]>();

  /** @param ofChildren whether each of its children is looked at too */
  async look(name: string, pid: number | undefined, ofChildren = false): Promise<void> {
    if (pid === undefined) return;
    const children = ofChildren ? await childrenOf(pid) : [];
    this.add(name, pid);
    for (const child of children) this.add(`${name}, ${portOf(child)}`, child);
  }

  private add(name: string, pid: number): void {
    try {
      const memory = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
      const descriptors = readdirSync(`/proc/${pid}/fd`).length;
      const samples = this.samples.get(name) ?? [];
      this.samples.set(name, [...samples, { at: Date.now(), memory, descriptors }]);
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Which of the ports a child serves; what helps for a moment (`flock`, `sync`) is none. */
function portOf(pid: number): string {
  try {
    return /serve-(\w+)|(sftp|http)/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[0] ?? 'helper';
  } catch {
    return 'helper';
  }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** When each corte was first seen by readers: ms after the hour that it bears. */
export function watchCortes(home: string): { readonly seen: Map<number, number>; look(): void } {
  const seen = new Map<number, number>();
  return {
    seen,
    look() {
      try {
        const number = Number(/(\d{6})$/.exec(readlinkSync(join(home, 'state/public/jornada')))?.[1] ?? 0);
        if (number === 0 || seen.has(number)) return;
        const corte = join(home, 'state/chain/jornada', String(number).padStart(6, '0'), 'corte.json');
        const { taken_at } = JSON.parse(readFileSync(corte, 'utf8')) as { taken_at: string };
        seen.set(number, Date.now() - Date.parse(taken_at));
      } catch {
        // Nothing is shown yet.
      }
    },
  };
}

/** The record of a node: its events, and how many lines are none. */
export function recordOf(home: string): { readonly events: readonly Record<string, unknown>[]; readonly torn: number } {
  const files = ['events.jsonl.1', 'events.jsonl'].map((name) => join(home, 'state', name)).filter((file) => existsSync(file));
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n')).filter((line) => line !== '');
  const events = lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
  return { events, torn: lines.length - events.length };
}
