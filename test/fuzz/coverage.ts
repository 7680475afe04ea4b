import { type Profiler, Session } from 'node:inspector';

/** A block of the code that ran. */
interface Ran {
  readonly block: string;
  /** the block with the order of magnitude of how often it ran */
  readonly often: string;
}

/** Which blocks of the code have run, as V8 itself counts them. */
export interface Coverage {
  /** What ran since the last look. */
  take(): Ran[];
}

/** Of ours and of what we parse with; the fuzzer's own blocks tell nothing. */
const COUNTED = /\/dist\/src\/|\/node_modules\/(smol-toml|tar-stream|ssh2|valibot)\//;

export function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    take() {
      const seen: Ran[] = [];
      // A session of this same thread answers before `post` returns.
      session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        if (error) throw error;
        for (const script of result) if (COUNTED.test(script.url)) seen.push(...blocksOf(script));
      });
      return seen;
    },
  };
}

function blocksOf({ scriptId, functions }: Profiler.ScriptCoverage): Ran[] {
  const ran = functions.flatMap(({ ranges }) => ranges.filter(({ count }) => count > 0));
  return ran.map(({ startOffset, endOffset, count }) => {
    const block = `${scriptId} ${startOffset} ${endOffset}`;
    return { block, often: `${block} ${Math.floor(Math.log2(count))}` };
  });
}
