import { promises as fs } from 'node:fs';
import * as v from 'valibot';
import { codeOf } from '../../format/thrown.ts';

/** What a node wrote in its record since a moment: `events.jsonl`, and what others cause beside it. */

const line = v.object({
  event: v.string(),
  delivery: v.optional(v.string()),
  code: v.optional(v.string()),
  path: v.optional(v.string()),
  restored: v.optional(v.boolean()),
  version: v.optional(v.number()),
  public: v.optional(v.string()),
  phase: v.optional(v.string()),
  number: v.optional(v.nullable(v.number())),
});

export type Recorded = v.InferOutput<typeof line>;

/** How far the files reach now. */
export type Mark = ReadonlyMap<string, number>;

/** Lines of a drill are few; a flood of others' ends here, and what it hides is then not seen. */
const MOST_BYTES = 4 * 1024 * 1024;

export async function markOf(files: readonly string[]): Promise<Mark> {
  return new Map(await Promise.all(files.map(async (file) => [file, await sizeOf(file)] as const)));
}

/** The events written after a mark. A file that was renamed meanwhile is read from its beginning. */
export async function since(mark: Mark): Promise<Recorded[]> {
  const found: Recorded[] = [];
  for (const [file, size] of mark) {
    const from = (await sizeOf(file)) < size ? 0 : size;
    for (const text of (await readFrom(file, from)).split('\n')) {
      const parsed = v.safeParse(line, valueOf(text));
      if (parsed.success) found.push(parsed.output);
    }
  }
  return found;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await fs.stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function readFrom(file: string, from: number): Promise<string> {
  const handle = await fs.open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return '';
  try {
    const room = Buffer.alloc(Math.min(MOST_BYTES, Math.max(0, (await handle.stat()).size - from)));
    const { bytesRead } = await handle.read(room, 0, room.length, from);
    return room.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the last line may be half written
  }
}
