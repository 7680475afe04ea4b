import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import { isOfKind } from '../../format/kind.ts';
import { Absent, type Account, Denied } from './account.ts';
import { attributesOf, lineOf, stringsIn } from './answers.ts';
import { closeOpened, newHandles, type Opened } from './handles.ts';
import { announce } from './inside-ssh2.ts';
import { absolute } from './place.ts';
import { INBOX, type Quota, QuotaError } from './quota.ts';
import { newTurns, type Pace } from './turns.ts';
import type { Writer, Writers } from './writers.ts';

/** One SFTP session: SFTP version 3 as OpenSSH's client and ssh2's speak it. */

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

const READ_BYTES = 128 * 1024;
const LISTED_AT_ONCE = 100;

/** An answer to REALPATH has a name and no attributes. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ssh2's types ask for attributes, its code does not
const NO_ATTRIBUTES = {} as Attributes;

/** What all sessions share. */
export interface Inbox {
  readonly account: Account;
  readonly quota: Quota;
  readonly writers: Writers;
}

/** @returns a function that ends the session: it closes what is open and drops what waits */
export function serveSftp(sftp: SFTPWrapper, inbox: Inbox, pace: Pace): () => void {
  const { account, quota, writers } = inbox;
  announce(sftp, { 'posix-rename@openssh.com': '1', 'fsync@openssh.com': '1' });
  const handles = newHandles(writers);
  const turns = newTurns(sftp, pace, () => handles.closeAll());
  const { ask } = turns;

  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);
  const paths = (id: number, work: () => void | Promise<void>) =>
    ask(id, async () => {
      await work();
      ok(id);
    });

  sftp.on('REALPATH', (id, path) =>
    ask(id, () => sftp.name(id, [{ filename: absolute(path), longname: absolute(path), attrs: NO_ATTRIBUTES }])),
  );
  const look = (id: number, path: string) => ask(id, async () => sftp.attrs(id, attributesOf(await account.look(path))));
  sftp.on('STAT', look);
  sftp.on('LSTAT', look);
  sftp.on('MKDIR', (id, path) => paths(id, () => account.makeFolder(path)));
  sftp.on('RMDIR', (id, path) => paths(id, () => account.removeFolder(path)));
  sftp.on('REMOVE', (id, path) => paths(id, () => account.removeFile(path)));
  sftp.on('RENAME', (id, from, to) => paths(id, () => account.rename(from, to, false)));
  sftp.on('SETSTAT', (id, path, attributes) =>
    paths(id, () => {
      account.mayChange(path);
      refuseOwner(attributes);
      if (attributes.size !== undefined) throw new Denied('not through its path');
    }),
  );

  sftp.on('OPEN', (id, path, flags) =>
    ask(id, async () => {
      const wants = (mode: number) => (flags & mode) !== 0;
      if (wants(OPEN_MODE.READ) && wants(OPEN_MODE.WRITE)) throw new Denied('either to read or to write');
      let opened: Opened;
      if (wants(OPEN_MODE.WRITE)) {
        const how = { exclusive: wants(OPEN_MODE.EXCL), truncate: wants(OPEN_MODE.TRUNC) };
        opened = { kind: 'write', writer: await account.openToWrite(path, how) };
      } else opened = { kind: 'read', file: await account.openToRead(path) };
      await give(id, opened);
    }),
  );
  sftp.on('OPENDIR', (id, path) => ask(id, async () => give(id, { kind: 'listing', names: await account.list(path) })));

  async function give(id: number, opened: Opened): Promise<void> {
    try {
      const handle = handles.add(opened);
      if (turns.isOver) throw new Absent('the session is over');
      sftp.handle(id, handle);
    } catch (error) {
      await closeOpened(opened, writers);
      throw error;
    }
  }

  sftp.on('READDIR', (id, handle) =>
    ask(id, () => {
      const listing = opened(handle, 'listing');
      if (listing.names.length === 0) return sftp.status(id, STATUS_CODE.EOF);
      const some = listing.names.slice(0, LISTED_AT_ONCE);
      listing.names = listing.names.slice(LISTED_AT_ONCE);
      sftp.name(id, some.map(lineOf));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    ask(id, async () => {
      const { file } = opened(handle, 'read');
      if (!Number.isSafeInteger(offset)) throw new Denied('past the end');
      const room = Buffer.allocUnsafe(Math.min(length, READ_BYTES));
      const { bytesRead } = await file.read(room, 0, room.length, offset);
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, room.subarray(0, bytesRead));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) => {
    const bytes = Buffer.from(data); // ssh2 may use its buffer again before our turn comes
    const work = async () => {
      const target = writing(handle);
      const end = offset + bytes.length;
      if (!Number.isSafeInteger(end) || end > INBOX.fileBytes) throw new QuotaError('the file is too large');
      await quota.grow(target, end);
      for (let at = 0; at < bytes.length; ) {
        at += (await target.file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
      }
      ok(id);
    };
    ask(id, work, bytes.length);
  });
  sftp.on('FSTAT', (id, handle) =>
    ask(id, async () => {
      const target = handles.get(handle);
      if (!target || target.kind === 'listing') throw new Absent('no such handle');
      const { size, mtimeMs } = await (target.kind === 'read' ? target.file : target.writer.file).stat();
      sftp.attrs(id, attributesOf({ mode: target.kind === 'read' ? 0o100444 : 0o100200, size, mtime: Math.floor(mtimeMs / 1000) }));
    }),
  );
  sftp.on('FSETSTAT', (id, handle, attributes) =>
    ask(id, async () => {
      const target = writing(handle);
      refuseOwner(attributes);
      // A client that resumes makes a file shorter to drop bytes that it is not sure of; making it longer would leave a
      // hole.
      if (attributes.size !== undefined) {
        if (attributes.size > target.size) throw new Denied('only to make it shorter');
        await target.file.truncate(attributes.size);
        target.size = attributes.size;
      }
      ok(id);
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    ask(id, async () => {
      const taken = handles.take(handle);
      if (!taken) throw new Absent('no such handle');
      await closeOpened(taken, writers);
      ok(id);
    }),
  );
  sftp.on('EXTENDED', (id, name, data) =>
    ask(id, async () => {
      if (name === 'fsync@openssh.com') {
        const [handle] = stringsIn(data, 1);
        await writing(handle!).file.sync();
      } else if (name === 'posix-rename@openssh.com') {
        const [from, to] = stringsIn(data, 2);
        await account.rename(String(from), String(to), true);
      } else return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
      ok(id);
    }),
  );
  // READLINK, SYMLINK and every other extension (hardlink, lsetstat …) have no listener: ssh2 says "unsupported".

  function opened<K extends Opened['kind']>(handle: Buffer, kind: K): Extract<Opened, { kind: K }> {
    const found = handles.get(handle);
    if (!found || !isOfKind(found, kind)) throw new Absent('no such handle');
    return found;
  }

  function writing(handle: Buffer): Writer {
    const { writer } = opened(handle, 'write');
    if (writer.isOver) throw new Denied('it is delivered by now, or gone');
    return writer;
  }

  sftp.on('end', () => turns.last(() => sftp.end())); // OpenSSH's client waits for the channel to be closed
  sftp.on('error', () => pace.drop());
  return () => turns.end();
}

function refuseOwner(attributes: Attributes): void {
  if (attributes.uid !== undefined || attributes.gid !== undefined) throw new Denied('owners are not the sender’s to set');
}
