import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `mark` with a name as soon as its path is there. */
export function watch(paths: Readonly<Record<string, string>>, mark: (name: string) => void) {
  const left = new Map(Object.entries(paths));
  const over = new AbortController();
  async function look(): Promise<void> {
    while (!over.signal.aborted && left.size > 0) {
      for (const [name, path] of left) {
        if (!existsSync(path)) continue;
        left.delete(name);
        mark(name);
      }
      await sleep(1);
    }
  }
  const looking = look();
  return {
    end() {
      over.abort();
      return looking;
    },
  };
}

const NOISE = `const fs = require('node:fs');
fs.mkdirSync(process.argv[1], { recursive: true });
const file = fs.openSync(process.argv[1] + '/file', 'w');
for (let i = 0; ; i++) {
  fs.writeSync(file, 'x'.repeat(100), (i % 8) * 4096);
  fs.ftruncateSync(file, 40000 + (i % 9));
  fs.fsyncSync(file);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4);
}`;

/** Another program that syncs a file of its own all the time: the file system's journal is committed at any moment. */
export function makeNoise(folder: string): { end(): Promise<void> } {
  const child = spawn(process.execPath, ['-e', NOISE, folder], { stdio: 'ignore' });
  const ended = once(child, 'close');
  return {
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
