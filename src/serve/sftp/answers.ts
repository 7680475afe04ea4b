import ssh2, { type Attributes, type FileEntry } from 'ssh2';
import { codeOf } from '../../format/thrown.ts';
import { Absent, Denied } from './account.ts';
import type { ListedEntry, ShownAttributes } from './handles.ts';
import { QuotaError } from './quota.ts';

/** What stands in a request's data and in its answer: statuses, attributes, the lines of a listing. */

const { STATUS_CODE } = ssh2.utils.sftp;

/**
 * Statuses that later versions of the protocol (draft-ietf-secsh-filexfer-13) add for what version 3 only calls a
 * failure. By them the IEC recognises that there is no room; a client that does not know them still sees a failure.
 */
const LATER = { NO_SPACE_ON_FILESYSTEM: 14, QUOTA_EXCEEDED: 15 } as const;

/** The strings of an extension's data. @throws Denied where they are not exactly so many */
export function stringsIn(data: Buffer | undefined, count: number): Buffer[] {
  const found: Buffer[] = [];
  let rest = data ?? Buffer.alloc(0);
  while (rest.length >= 4) {
    const length = rest.readUInt32BE(0);
    if (rest.length - 4 < length) break;
    found.push(rest.subarray(4, 4 + length));
    rest = rest.subarray(4 + length);
  }
  if (rest.length > 0 || found.length !== count) throw new Denied('malformed request');
  return found;
}

/** As the account may see them: owners are not shown. @param mtime seconds since the epoch */
export function attributesOf({ mode, size, mtime }: ShownAttributes): Attributes {
  return { mode, size, uid: 0, gid: 0, atime: mtime, mtime };
}

/** One line of a listing, as `ls -l` has it. */
export function lineOf({ name, ...look }: ListedEntry): FileEntry {
  const kind = (look.mode & 0o170000) === 0o040000 ? 'd' : '-';
  const rights = [...'rwxrwxrwx'].map((letter, i) => ((look.mode >> (8 - i)) & 1 ? letter : '-')).join('');
  const when = new Date(look.mtime * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return { filename: name, longname: `${kind}${rights} 1 cotejo iec ${look.size} ${when} ${name}`, attrs: attributesOf(look) };
}

/** Maps an error to the SFTP status that the account is given; it never contains a path of this machine. */
export function statusOf(error: unknown): [code: number, message: string] {
  if (error instanceof Absent) return [STATUS_CODE.NO_SUCH_FILE, error.message];
  if (error instanceof Denied) return [STATUS_CODE.PERMISSION_DENIED, error.message];
  if (error instanceof QuotaError) {
    if (error.usedUp === 'disk') return [LATER.NO_SPACE_ON_FILESYSTEM, error.message];
    if (error.usedUp === 'inbox') return [LATER.QUOTA_EXCEEDED, error.message];
    return [STATUS_CODE.FAILURE, error.message];
  }
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return [STATUS_CODE.NO_SUCH_FILE, 'no such file'];
    case 'EACCES':
    case 'EPERM':
    case 'ELOOP':
    case 'ENXIO':
    case 'EISDIR':
      return [STATUS_CODE.PERMISSION_DENIED, 'not allowed'];
    case 'EEXIST':
      return [STATUS_CODE.FAILURE, 'it is there already'];
    case 'ENOTEMPTY':
      return [STATUS_CODE.FAILURE, 'the folder is not empty'];
    case 'ENOSPC':
      return [LATER.NO_SPACE_ON_FILESYSTEM, 'no space left'];
    case 'EDQUOT':
      return [LATER.QUOTA_EXCEEDED, 'no space left'];
    default:
      return [STATUS_CODE.FAILURE, 'it failed'];
  }
}
