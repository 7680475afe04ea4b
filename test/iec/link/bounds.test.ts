import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import ssh2 from 'ssh2';
import { openRegular } from '../../../src/disk/bounded-file.ts';
import { BOUNDS, type Bounds } from '../../../src/iec/link/budget.ts';
import { openLink, PATIENCE } from '../../../src/iec/link/open-link.ts';
import type { SftpLink } from '../../../src/iec/link/sftp-link.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { type Answers, type BadNode, startBadNode } from '../../kit/bad-node.ts';
import { makeFolder } from '../../kit/folders.ts';

/** What a hostile node can make the IEC take in, and for how long: as much as its bounds say. */

const { STATUS_CODE } = ssh2.utils.sftp;

async function linkTo(t: ExecutionContext, { target, identity }: BadNode, bounds: Partial<Bounds> = {}): Promise<SftpLink> {
  const link = await openLink(target, {
    identity,
    patience: PATIENCE,
    windowBytes: 256 * 1024,
    bounds: { ...BOUNDS, ...bounds },
  });
  t.teardown(() => link.close());
  return link;
}

async function codeOf(t: ExecutionContext, asked: Promise<unknown>): Promise<string | undefined> {
  const error = await t.throwsAsync(asked);
  return error instanceof Trouble ? error.code : String(error);
}

const ATTRIBUTES = { mode: 0o100444, uid: 0, gid: 0, size: 1, atime: 1, mtime: 1 };
const LONG = 'x'.repeat(200_000);

for (const [what, entry] of [
  ['names', { filename: LONG, longname: '', attrs: ATTRIBUTES }],
  ['lines beside the names', { filename: 'a', longname: LONG, attrs: ATTRIBUTES }],
] as const) {
  test(`a listing with ${what} of 200 KB is left after some MB`, async (t) => {
    let listed = 0;
    const READDIR: Answers[string] = (sftp, id) => {
      listed += 1;
      if (listed > 200) sftp.status(id, STATUS_CODE.EOF);
      else sftp.name(id, [entry]);
    };
    const link = await linkTo(t, await startBadNode(t, { READDIR }));
    t.is(await codeOf(t, link.list('outbox/acuses/jornada', 20_000)), 'outbox-too-large');
    t.true(listed < 100);
  });
}

test('what a node does not tell of a file is no figure', async (t) => {
  const LSTAT: Answers[string] = (sftp, id) => sftp.attrs(id, {} as never);
  const link = await linkTo(t, await startBadNode(t, { LSTAT }));
  t.deepEqual(await link.find('inbox'), { size: 0, isFolder: false, isClosed: false, mtime: null });
});

test('a node that gives a byte now and then is left, however long it would go on', async (t) => {
  let bytes = 0;
  const READ: Answers[string] = (sftp, id) => {
    bytes += 1;
    setTimeout(() => (bytes > 60 ? sftp.status(id, STATUS_CODE.EOF) : sftp.data(id, Buffer.from(' '))), 50);
  };
  const link = await linkTo(t, await startBadNode(t, { READ }), { visit: 500 });
  t.is(await codeOf(t, link.read('outbox/status.json', 4096)), 'stalled');
});

test('a node that takes a delivery by drops is left; one that is slow and no slower than allowed is not', async (t) => {
  const file = join(await makeFolder(t), 'corte.tar.gz');
  await writeFile(file, Buffer.alloc(400_000));
  const WRITE: Answers[string] = (sftp, id) => setTimeout(() => sftp.status(id, STATUS_CODE.OK), 350);
  const node = await startBadNode(t, { WRITE });
  const send = async (bounds: Partial<Bounds>) => {
    const { target, identity } = node;
    const link = await openLink(target, { identity, patience: PATIENCE, windowBytes: 1, bounds: { ...BOUNDS, ...bounds } });
    t.teardown(() => link.close());
    const handle = await openRegular(file);
    t.teardown(() => handle.close());
    return link.write('inbox/.a/corte.tar.gz', handle, 0, 400_000, () => {});
  };
  t.is(await codeOf(t, send({ visit: 500, slowest: 1e9 })), 'stalled');
  await t.notThrowsAsync(send({ visit: 4000, slowest: 1000 }));
});

test('what nobody asked for is counted too', async (t) => {
  const READDIR: Answers[string] = (sftp, id) => {
    for (let i = 0; i < 20; i++) sftp.name(id + 1000 + i, [{ filename: 'a', longname: LONG, attrs: ATTRIBUTES }]);
    setTimeout(() => sftp.status(id, STATUS_CODE.EOF), 300);
  };
  const link = await linkTo(t, await startBadNode(t, { READDIR }), { answers: 1_000_000, answersPerSecond: 0 });
  t.is(await codeOf(t, link.list('outbox', 10)), 'outbox-too-large');
});
