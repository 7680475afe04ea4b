import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../../disk/bounded-file.ts';
import type { Said } from '../../format/said.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { STATUS, statusIn } from '../link/status.ts';
import { Trouble } from '../link/trouble.ts';
import type { NodeTarget } from '../setup/config.ts';
import { begunOf } from './begun.ts';
import type { Parcel } from './parcels.ts';
import { words } from './words.ts';

/**
 * One delivery, put into a node's inbox: its files into a temporary folder whose name begins with a dot, fsync, and one
 * rename to the name by which the node takes it. A temporary folder that a broken connection left is resumed.
 *
 * The inbox belongs to the node and may hold anything. Resuming relies on the sizes found there, which is safe: the
 * node verifies every byte, and a delivery that it refuses leaves the inbox as a whole.
 */

/** The result of an upload. */
export interface Placed {
  /** `waiting`: a folder of that name was there already, not taken yet */
  readonly how: 'placed' | 'waiting';
  /** whether it was made of what lay there: an earlier attempt of ours, or what somebody else laid there */
  readonly resumed: boolean;
  /** seconds since the epoch by the node's clock, just now; null where it did not show */
  readonly clock: number | null;
  /**
   * when this delivery had its name at the latest, in whole seconds by the node's clock: what was refused before is not this
   * one. Null where the node did not show it.
   */
  readonly named: number | null;
}

/** Below this a file system is full for our purposes: folders and blocks need room too. */
const FULL_BYTES = 1024 * 1024;

/** Names in an inbox that are counted; a node takes far fewer folders. */
const MOST_BESIDE = 2000;

/**
 * @param sent called as the node answers for so many bytes
 * @param isAnew whether nothing that lies there is resumed
 * @throws Trouble for what the node does; Error where our own files can't be read
 */
export async function place(
  link: SftpLink,
  target: NodeTarget,
  parcel: Parcel,
  sent: (bytes: number) => void,
  isAnew = false,
): Promise<Placed> {
  const final = `${target.inbox}/${parcel.name}`;
  try {
    const begin = begunOf(link, target, parcel, isAnew);
    const [there, begun, space] = await Promise.all([link.find(final), begin, link.space(target.inbox)]);
    if (there) return { how: 'waiting', resumed: false, clock: null, named: null };
    const { aside, offsets } = begun;
    if (!offsets && !(await link.makeFolder(aside)) && !(await link.find(aside))) {
      throw await writingFailed(link, target, parcel, await besideOthers(link, target));
    }
    // A file that is there whole is not sent again; an empty one has to be made.
    const left = parcel.files.flatMap((file, i) =>
      offsets?.[i] === file.bytes && file.bytes > 0 ? [] : [{ file, from: offsets?.[i] ?? 0 }],
    );
    // Nothing is sent that has no room: a full disk stays full for many tries.
    const full = noRoom(
      target,
      parcel,
      space,
      left.reduce((sum, { file, from }) => sum + file.bytes - from, 0),
    );
    if (full) throw full;
    await Promise.all(left.map(({ file, from }) => sendFile(link, `${aside}/${file.name}`, file, from, sent)));
    const clock = (await link.find(aside))?.mtime ?? null;
    const how = await finish(link, aside, final);
    const named = how === 'placed' ? later(clock, await hourOf(link, target.inbox)) : null;
    return { how, resumed: offsets !== null, clock: offsets ? null : clock, named };
  } catch (error) {
    throw await troubleOf(error, link, target, parcel);
  }
}

/** With what is in the inbox already, as far as the account may look: a node takes only so many folders. */
async function besideOthers(link: SftpLink, { inbox }: NodeTarget): Promise<Said> {
  const names = await link.list(inbox, MOST_BESIDE).catch(() => null); // whatever it is, it is not what failed
  const [one] = names?.sort() ?? [];
  return one === undefined ? words.noFolderAside : words.noFolderBeside(names?.length ?? 1, one);
}

async function sendFile(
  link: SftpLink,
  remote: string,
  { path, bytes }: Parcel['files'][number],
  from: number,
  sent: (bytes: number) => void,
): Promise<void> {
  const file: FileHandle = await openRegular(path);
  try {
    await link.write(remote, file, from, bytes, sent);
  } finally {
    await file.close();
  }
}

async function finish(link: SftpLink, aside: string, final: string): Promise<Placed['how']> {
  try {
    await link.rename(aside, final);
    return 'placed';
  } catch (error) {
    if (!(error instanceof Trouble) && (await link.find(final))) return 'waiting';
    throw error;
  }
}

/** Where the inbox does not show its hour, or is a link with its own, that of the upload is the later one. */
function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** A rename is written into the folder's hour; that of the upload itself is when it began. */
async function hourOf(link: SftpLink, inbox: string): Promise<number | null> {
  try {
    return (await link.find(inbox))?.mtime ?? null;
  } catch (error) {
    if (error instanceof Trouble) throw error;
    return null; // a node that does not show it has taken the delivery all the same
  }
}

/** Names the trouble by the status with which the node refused a request. Any other error is given back as it is. */
async function troubleOf(error: unknown, link: SftpLink, target: NodeTarget, parcel: Parcel): Promise<unknown> {
  const { user, host, inbox } = target;
  const why = error instanceof Error ? error.message : '';
  switch (statusIn(error)) {
    case STATUS.PERMISSION_DENIED:
      return new Trouble('inbox-forbidden', words.mayNotWrite(user, inbox, host), { cause: error });
    case STATUS.NO_SUCH_FILE:
      return new Trouble('inbox-missing', words.noInbox(inbox, host, user), { cause: error });
    case STATUS.NO_SPACE_ON_FILESYSTEM:
    case STATUS.QUOTA_EXCEEDED:
      return new Trouble('disk-full', words.noRoom(host, parcel.name, why), { cause: error });
    case STATUS.FAILURE:
      return writingFailed(link, target, parcel, words.itsWord(why), error);
    default:
      return error;
  }
}

/** Version 3 of SFTP has one status for most failures; the room that is left tells a full disk from the others. */
async function writingFailed(link: SftpLink, target: NodeTarget, parcel: Parcel, why: Said, cause?: unknown): Promise<Trouble> {
  const { inbox, host } = target;
  const space = await link.space(inbox).catch(() => null); // a broken link says nothing about room
  const whole = parcel.files.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    noRoom(target, parcel, space, whole, cause) ??
    new Trouble('write-failed', words.notWritten(parcel.name, inbox, host, why), { cause })
  );
}

/**
 * @param space bytes that are left there, null where the node can't tell
 * @param needed bytes
 * @returns the trouble that there is no room; null where there is, or where nobody can tell
 */
function noRoom(
  { inbox, host }: NodeTarget,
  parcel: Parcel,
  space: number | null,
  needed: number,
  cause?: unknown,
): Trouble | null {
  if (space === null || space >= Math.max(FULL_BYTES, needed)) return null;
  return new Trouble('disk-full', words.littleRoom(host, space, inbox, parcel.name, needed), { cause });
}
