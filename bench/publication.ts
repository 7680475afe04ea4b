import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publicationOf } from '../src/demo/results.ts';
import { formatTime } from '../src/format/time.ts';

/** What is published. */
export interface Publication {
  readonly name: string;
  /** RFC 3339, one per corte */
  readonly hours: readonly string[];
  /** Writes the publication as of that hour to the folder. */
  write(folder: string, hour: string): void;
}

export interface Shape {
  readonly images: 'none' | 'small' | 'real';
  /** the first corte's hour, RFC 3339 */
  readonly from: string;
  readonly cortes: number;
}

const OFFSET = -300;
const REPLAY = new URL('../../../shared/tools/noche', import.meta.url).pathname;

/**
 * The real night of 2017 or, where its replay is not available, the demo's publication, with a line on stderr that says
 * so.
 * @throws Error where CI is set and the replay is not available
 */
export function publish(shape: Shape): Publication {
  const start = Date.parse(shape.from);
  const hours = Array.from({ length: shape.cortes }, (_, i) => formatTime(start + i * 600_000, OFFSET));
  if (existsSync(REPLAY)) return replay(shape, hours);
  // The demo's publication is smaller and has no heavy images: its figures must not be compared with the real night's.
  const why = "the real night's replay, shared/tools/noche beside the repository, is not here";
  if (process.env['CI']) throw new Error(why);
  console.error(`bench: ${why}: measuring with the demo's publication instead`);
  return demo(hours);
}

function replay({ images }: Shape, hours: readonly string[]): Publication {
  return {
    name: `the night of 4 June 2017, images: ${images}`,
    hours,
    write(folder, hour) {
      const run = spawnSync(process.execPath, [REPLAY, '--at', hour.slice(0, 19), '--images', images, '--out', folder], {
        encoding: 'utf8',
      });
      if (run.status !== 0) throw new Error(run.stderr);
    },
  };
}

function demo(hours: readonly string[]): Publication {
  return {
    name: "the demo's publication",
    hours,
    write(folder, hour) {
      for (const [path, bytes] of publicationOf(hours.indexOf(hour) + 1, hour)) {
        const file = join(folder, path);
        if (existsSync(file) && readFileSync(file).equals(bytes)) continue;
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
    },
  };
}
