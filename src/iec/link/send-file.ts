import type { FileHandle } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { ToldError } from '../../format/said.ts';
import { newAnswers } from './answers.ts';
import type { Asking } from './asking.ts';
import { asHandle } from './handle.ts';
import type { SendWindow } from './send-window.ts';
import { STATUS, statusIn } from './status.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * OpenSSH and others accept 32 KiB in one packet, its header included. No more is read of a file at once: with two hundred
 * nodes, so many blocks are in memory.
 */
export const CHUNK = 31 * 1024;

const { OPEN_MODE } = ssh2.utils.sftp;

export interface Sending {
  /** where it goes, as the account sees it */
  readonly path: string;
  readonly file: FileHandle;
  /** the first byte that is sent; those before it are there already */
  readonly from: number;
  /** bytes of the whole file */
  readonly size: number;
  /** called as the node answers for so many bytes */
  readonly sent: (bytes: number) => void;
}

/**
 * Writes a file, with as many writes at once as the window allows, fsyncs it where the node can, and closes it.
 * @throws Trouble where the link breaks; ssh2's error for what the node refuses; Error where our own file can't be read
 */
export async function sendFile(
  sftp: ssh2.SFTPWrapper,
  { ask, order }: Pick<Asking, 'ask' | 'order'>,
  window: SendWindow,
  { path, file, from, size, sent }: Sending,
): Promise<void> {
  const flags = OPEN_MODE.WRITE | OPEN_MODE.CREAT | (from === 0 ? OPEN_MODE.TRUNC : 0);
  const handle = asHandle(await ask<unknown>((done) => sftp.open(path, flags, { mode: 0o664 }, done)));
  const block = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size - from, 1)));
  const answers = newAnswers();
  for (let at = from; at < size; ) {
    const { bytesRead: length } = await file.read(block, 0, Math.min(block.length, size - at), at);
    if (length === 0) throw new ToldError(words.fileShorter(path));
    await answers.orFail(window.take(length));
    const position = at;
    // ssh2 copies the bytes before write returns: the block can be filled again at once.
    const answer = order((done) => sftp.write(handle, block, 0, length, position, done));
    answers.add(answer.then(() => sent(length)).finally(() => window.give(length)));
    at += length;
  }
  await answers.all();
  // A node without this extension syncs the delivery when it copies it.
  await order((done) => sftp.ext_openssh_fsync(handle, done)).catch(passIfUnsupported);
  await order((done) => sftp.close(handle, done));
}

/** ssh2 throws an error without a status for an extension that the server did not announce; a server may also say so. */
function passIfUnsupported(error: unknown): void {
  const status = statusIn(error);
  if (error instanceof Trouble || (status !== null && status !== STATUS.OP_UNSUPPORTED)) throw error;
}
