import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** What the processes of this machine listen on, read from /proc. */

/** @returns the TCP ports on which a process listens */
export async function portsOf(pid: number): Promise<number[]> {
  const inodes = await socketsOf(pid);
  const tables = await Promise.all(['tcp', 'tcp6'].map((file) => readIfThere(`/proc/net/${file}`)));
  const lines = tables.flatMap((table) => table.split('\n')).filter((line) => / 0A /.test(line));
  const own = lines.filter((line) => inodes.some((inode) => line.includes(` ${inode} `)));
  return own.map((line) => Number.parseInt(/:([0-9A-F]{4}) /.exec(line)?.[1] as string, 16));
}

/** @returns the processes that a process started and that still run */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** @returns the process among a daemon and its children that listens on a port, or null */
export async function listenerOn(port: number, daemon: number): Promise<number | null> {
  for (const pid of [daemon, ...(await childrenOf(daemon))]) if ((await portsOf(pid)).includes(port)) return pid;
  return null;
}

/** A machine without IPv6 has no table of it. */
async function readIfThere(file: string): Promise<string> {
  return existsSync(file) ? readFile(file, 'utf8') : '';
}

async function socketsOf(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
