import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sha256 } from './look.ts';

/** Files whose bytes hold the hour or a machine's numbers: that they are there is what counts. */
const HOURS = new Set(['events.jsonl', 'metrics.prom', 'status.json', 'bitacora.jsonl', 'estado.json', 'health']);

/**
 * What a program could see on a disk, without inode numbers, times and the names made of them; whether a ledger tells the
 * truth is in it. Images with one fingerprint come to the same end, and are judged once.
 */
export function fingerprintOf(root: string): string {
  const lines: string[] = [];
  const inodes = new Map<bigint, string>();
  walk(root);
  return sha256(Buffer.from(lines.join('\n')));

  function walk(folder: string): void {
    for (const name of readdirSync(folder).sort()) {
      if (folder === root && (name === 'lost+found' || name === 'noise')) continue;
      const path = join(folder, name);
      const stat = lstatSync(path, { bigint: true });
      const plain = relative(root, path)
        .replace(/\.\d+\.new/g, '.P.new')
        .replace(/\d{9,}/g, 'N');
      if (stat.isSymbolicLink()) lines.push(`${plain} -> ${readlinkSync(path)}`);
      else if (stat.isDirectory()) {
        lines.push(`${plain}/ ${stat.mode.toString(8)}`);
        walk(path);
      } else {
        const before = inodes.get(stat.ino);
        inodes.set(stat.ino, plain);
        lines.push(`${plain} ${stat.mode.toString(8)} ${before ?? bodyOf(path, name)}`);
      }
    }
  }
}

function bodyOf(path: string, name: string): string {
  const bytes = readFileSync(path);
  if (name === '.ledger') return ledgerOf(path, bytes.toString());
  if (HOURS.has(name)) return bytes.length === 0 ? 'empty' : `whole lines: ${bytes.at(-1) === 0x0a && !bytes.includes(0)}`;
  // An acuse holds the hour too.
  if (path.includes('/acuses/')) return `${bytes.length > 0} ${bytes.at(-1) === 0x0a && !bytes.includes(0)}`;
  return sha256(bytes);
}

function ledgerOf(path: string, text: string): string {
  return text
    .split('\n')
    .map((line) => {
      // A cut may leave zeros in place of a line, which is no name.
      if (line.includes('\0')) return 'zeros';
      const [hash = '', ino, size, mtime, ctime] = line.split(' ');
      const stat = lstatSync(join(dirname(path), hash), { bigint: true, throwIfNoEntry: false });
      const isTrue = stat && [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ') === [ino, size, mtime, ctime].join(' ');
      return `${hash.slice(0, 16)} ${isTrue}`;
    })
    .join(',');
}
