import { promises as fs } from 'node:fs';
import os from 'node:os';
import type { Said } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import type { ClockFacts, MachineFacts, RoomFacts } from '../judge/machine.ts';
import { andThen, type Known, known, unknown } from '../known.ts';
import { type Looker, whyUnread } from './looker.ts';
import { words } from './words.ts';

/** Looks at the machine: system, clock, disks, memory, cores, and room at a path. @param at the state, or the chain */
export async function probeMachine(look: Looker, at: string): Promise<MachineFacts> {
  const [clock, disks, memory, name, room] = await Promise.all([
    clockOf(look),
    disksOf(look),
    memoryOf(look),
    systemOf(look),
    roomAt(at),
  ]);
  const system = { isLinux: process.platform === 'linux', name };
  return { node: process.versions.node, system, clock, disks, memory, cores: os.cpus().length, room };
}

async function systemOf(look: Looker): Promise<Said> {
  const release = await look.read('/etc/os-release');
  const [, name] = ('known' in release && /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release.known)) || [];
  return words.kernel(name ?? os.type(), os.release());
}

async function memoryOf(look: Looker): Promise<Known<number>> {
  return andThen(await look.read('/proc/meminfo'), (text) => {
    const [, kib] = /^MemTotal:\s+(\d+) kB$/m.exec(text) ?? [];
    return kib === undefined ? unknown(words.noMemory) : known(Number(kib) * 1024);
  });
}

/** By lsblk; where that is missing, by the sizes that the kernel shows. */
async function disksOf(look: Looker): Promise<Known<number>> {
  const said = andThen(await look.ask('lsblk', ['-bdnro', 'NAME,TYPE,SIZE']), ({ status, stdout }) =>
    status === 0 ? known(disksIn(stdout)) : unknown(words.noDisks),
  );
  if (!('known' in said)) return said;
  return said.known > 0 ? said : unknown(words.container);
}

/** Of what `lsblk -bdnro NAME,TYPE,SIZE` prints. @internal */
export function disksIn(text: string): number {
  const sizes = text.split('\n').map((line) => line.split(' '));
  // zram is memory, and a floppy drive says that it has 4 KiB.
  const disks = sizes.filter(([name = '', type]) => type === 'disk' && !/^(zram|ram|fd|nbd)\d/.test(name));
  return disks.reduce((sum, [, , size]) => sum + (Number(size) || 0), 0);
}

async function roomAt(path: string): Promise<Known<RoomFacts>> {
  try {
    const { bavail, bsize, files, ffree } = await fs.statfs(path);
    return known({ freeBytes: bavail * bsize, freeInodes: files === 0 ? null : ffree });
  } catch (error) {
    return unknown(whyUnread(path, error));
  }
}

/** Whether paths lie on one file system. */
export async function isOneFileSystem(paths: readonly string[]): Promise<Known<boolean>> {
  const devices = new Set<number>();
  for (const path of paths) {
    try {
      devices.add((await fs.stat(path)).dev);
    } catch (error) {
      return unknown(codeOf(error) === undefined ? words.notSeen(path) : whyUnread(path, error));
    }
  }
  return known(devices.size === 1);
}

/** By the first that knows: chrony, systemd, ntpd. None of them changes anything. */
async function clockOf(look: Looker): Promise<Known<ClockFacts>> {
  const [chrony, systemd] = await Promise.all([look.ask('chronyc', ['-c', '-n', 'tracking']), look.ask('timedatectl', ['show'])]);
  const byChrony = 'known' in chrony && chrony.known.status === 0 ? chronyIn(chrony.known.stdout) : null;
  if (byChrony) return known(byChrony);
  const isSynchronised = 'known' in systemd ? synchronisedIn(systemd.known.stdout) : null;
  if (isSynchronised !== null)
    return known({ isSynchronised, offsetSeconds: isSynchronised ? await offsetOf(look) : null, by: 'timedatectl' });
  const kernel = await look.ask('adjtimex', ['--print']);
  if ('known' in kernel && kernel.known.status === 0) {
    const byKernel = adjtimexIn(kernel.known.stdout);
    if (byKernel) return known(byKernel);
  }
  return unknown(words.noClock);
}

/** Of `chronyc -c tracking`: comma-separated; the third is the stratum, the fifth the correction in s, the last the leap. @internal */
export function chronyIn(text: string): ClockFacts | null {
  const fields = text.trim().split(',');
  if (fields.length < 14) return null;
  const offset = Number(fields[4]);
  const isSynchronised = fields.at(-1) !== 'Not synchronised' && fields[2] !== '0';
  return { isSynchronised, offsetSeconds: isSynchronised && Number.isFinite(offset) ? offset : null, by: 'chrony' };
}

/** Of `timedatectl show`. @internal */
export function synchronisedIn(text: string): boolean | null {
  const [, said] = /^NTPSynchronized=(yes|no)$/m.exec(text) ?? [];
  return said === undefined ? null : said === 'yes';
}

/** Of `adjtimex --print`: the kernel's own bit says that nobody disciplines its clock. @internal */
export function adjtimexIn(text: string): ClockFacts | null {
  const [, status] = /^\s*status:\s*(\d+)/m.exec(text) ?? [];
  const [, offset] = /^\s*offset:\s*(-?\d+)/m.exec(text) ?? [];
  if (status === undefined) return null;
  const flags = Number(status);
  const isNano = (flags & 0x2000) !== 0;
  const isSynchronised = (flags & 0x40) === 0;
  const offsetSeconds = isSynchronised && offset !== undefined ? Number(offset) / (isNano ? 1e9 : 1e6) : null;
  return { isSynchronised, offsetSeconds, by: 'adjtimex' };
}

/** From the source that timesyncd or ntpd goes by; null where neither says. */
async function offsetOf(look: Looker): Promise<number | null> {
  const timesyncd = await look.ask('timedatectl', ['timesync-status']);
  const said = 'known' in timesyncd ? spanIn(/^\s*Offset: ([+-]?.+)$/m.exec(timesyncd.known.stdout)?.[1] ?? '') : null;
  if (said !== null) return said;
  const ntpd = await look.ask('ntpq', ['-c', 'rv 0 offset']);
  const [, ms] = ('known' in ntpd && /offset=([+-]?[\d.]+)/.exec(ntpd.known.stdout)) || [];
  return ms === undefined ? null : Number(ms) / 1000;
}

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400 };

/** A span as systemd writes it, in seconds: `-1.234ms`, `+1min 2.5s`. @returns null for what is none @internal */
export function spanIn(text: string): number | null {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/.exec(text.trim()) ?? [];
  const parts = body.split(' ').map((part) => /^([\d.]+)(us|ms|s|min|h|d)$/.exec(part));
  if (parts.length === 0 || parts.some((part) => part === null)) return null;
  const seconds = parts.reduce((sum, part) => sum + Number(part?.[1]) * (UNITS[part?.[2] ?? ''] ?? 0), 0);
  return sign === '-' ? -seconds : seconds;
}
