import { existsSync, promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { DifusorConfig } from './config.ts';
import { roomsOf } from './rooms.ts';

/** How disk/durable.ts calls what it writes aside: the name of the file, the process, `.new`. */
const ASIDE = /\.(\d+)\.new$/;

/**
 * Removes what a process that was killed had written aside and not yet renamed. With the state's lock held; the daemon
 * writes its status without it, so what a living process has aside is left alone.
 */
export async function sweepAsides({ state, outbox }: DifusorConfig): Promise<void> {
  const { chain, content, public: links } = roomsOf(state);
  const rooms = [
    state,
    chain,
    join(chain, 'trust'),
    links,
    outbox,
    ...(await foldersIn(content)),
    ...(await foldersIn(join(outbox, 'acuses'))),
  ];
  for (const room of rooms) {
    for (const name of await fs.readdir(room)) {
      const pid = Number(ASIDE.exec(name)?.[1]);
      if (pid === process.pid || (pid > 0 && !isAlive(pid))) await fs.rm(join(room, name), { force: true });
    }
  }
}

async function foldersIn(room: string): Promise<string[]> {
  if (!existsSync(room)) return [];
  const entries = await fs.readdir(room, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(room, name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
