import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { CORTE_FILES } from '../../../src/format/naming.ts';
import { place } from '../../../src/iec/delivery/upload.ts';
import { openLink } from '../../../src/iec/link/open-link.ts';
import { NOW } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { inboxAlone, refusalOf, stage } from './one-node.ts';

/** Somebody gave the name of a delivery to a folder without its files: the node puts it aside, and the IEC goes on. */

/** ms in which the IEC, which asks every half second, has looked again, on a busy machine too */
const LOOKED = 4000;

test('the corte is sent once the folder in its way was put aside, on the same visit', async (t) => {
  const { difusor, visit } = await stage(t);
  await mkdir(join(difusor.config.inbox, 'jornada-000001'));
  await difusor.until(({ event }) => event === 'deferred');
  const report = visit();
  // The IEC has seen what lies there once it asks for the acuse that does not come: by then its minutes are over.
  await pause(LOOKED);
  difusor.now = NOW + 5 * 60_000;
  t.like(await report, { outcome: 'up-to-date', number: 1, trouble: null });
  t.true(difusor.events.some((event) => event.event === 'refused' && event.code === 'delivery-incomplete'));
  await difusor.stop();
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

/** The inbox alone: the trial is the node that judges. */
async function withoutDaemon(t: ExecutionContext) {
  const { difusor, visit } = await stage(t);
  await difusor.stop();
  const { inbox, outbox } = await inboxAlone(t, difusor);
  const refused = (at: number, code: string) => refusalOf('jornada-000001', at, code);
  return { folder: join(inbox, 'jornada-000001'), list: join(outbox, 'refused.jsonl'), refused, visit };
}

test('a refusal of what had the name before is not taken for one of ours', async (t) => {
  const { folder, list, refused, visit } = await withoutDaemon(t);
  const report = visit();
  while (!existsSync(folder)) await pause(20);
  const before = refused(Date.now() - 10_000, 'statement-malformed');
  await writeFile(list, before);
  await pause(LOOKED); // the IEC asks every half second
  await writeFile(list, before + refused(Date.now() + 10_000, 'package-mismatch'));
  t.like(await report, { outcome: 'refused', trouble: { code: 'package-mismatch' } });
});

test('what lay there when the IEC came is refused for what it is: the corte is sent then', async (t) => {
  const { folder, list, refused, visit } = await withoutDaemon(t);
  await mkdir(folder);
  await writeFile(join(folder, 'corte.json'), 'of somebody else');
  const report = visit();
  await pause(LOOKED); // it has found the folder, and asks for the acuse
  await rm(folder, { recursive: true });
  const before = refused(Date.now(), 'statement-malformed');
  await writeFile(list, before);
  while (!existsSync(join(folder, 'corte.tar.gz'))) await pause(20);
  await writeFile(list, before + refused(Date.now() + 10_000, 'package-mismatch'));
  t.like(await report, { outcome: 'refused', trouble: { code: 'package-mismatch' } });
});

test('who lays something in the way twice does not make a node refuse our corte', async (t) => {
  const { folder, list, refused, visit } = await withoutDaemon(t);
  const other = `${folder}-next`;
  for (const made of [folder, other]) await mkdir(made);
  const report = visit();
  await pause(LOOKED); // it has found the folder, and asks for the acuse
  await rm(folder, { recursive: true });
  await rename(other, folder);
  const before = refused(Date.now(), 'statement-malformed');
  await writeFile(list, before);
  await pause(LOOKED); // it has come with the corte again
  await rm(folder, { recursive: true });
  await writeFile(list, before + refused(Date.now() + 10_000, 'statement-malformed'));
  t.like(await report, { outcome: 'failed', trouble: { code: 'not-taken' } });
});

test('refusals of what had the name before, however many, are not taken for one of ours', async (t) => {
  const { folder, list, refused, visit } = await withoutDaemon(t);
  const report = visit();
  while (!existsSync(folder)) await pause(20);
  let before = '';
  for (const ago of [20_000, 10_000]) {
    before += refused(Date.now() - ago, 'statement-malformed');
    await writeFile(list, before);
    await pause(LOOKED);
  }
  await writeFile(list, before + refused(Date.now() + 10_000, 'package-mismatch'));
  t.like(await report, { outcome: 'refused', trouble: { code: 'package-mismatch' } });
});

test('nor is one of what had the name while ours was on its way', async (t) => {
  const { difusor, target, options } = await stage(t);
  await difusor.stop();
  const { inbox } = await inboxAlone(t, difusor);
  const link = await openLink(target, options);
  t.teardown(() => link.close());
  const file = join(await makeFolder(t), 'corte.json');
  const files = CORTE_FILES.map((name) => ({ name, path: file, bytes: 2 }));
  await writeFile(file, '{}');
  // Its last file takes its time: an hour ago the upload began.
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  const slow = {
    ...link,
    async rename(from: string, to: string) {
      await utimes(join(inbox, '.cotejo-jornada-000001'), hourAgo, hourAgo);
      await link.rename(from, to);
    },
  };
  const begun = Math.floor(Date.now() / 1000);
  const bring = async (over: typeof link) => {
    await rm(join(inbox, 'jornada-000001'), { recursive: true, force: true });
    const { how, named } = await place(over, target, { name: 'jornada-000001', files }, () => {});
    t.is(how, 'placed');
    return named ?? 0;
  };
  t.true((await bring(slow)) >= begun);
  // A node that does not show the hour of its inbox shows that of the upload.
  const hidden = { ...link, find: async (path: string) => (path === 'inbox' ? null : link.find(path)) };
  t.true((await bring(hidden)) >= begun);
  const forbidden = { ...link, find: (path: string) => (path === 'inbox' ? Promise.reject(new Error('denied')) : link.find(path)) };
  t.true((await bring(forbidden)) >= begun);
  // An inbox that is a link has an hour of its own.
  const linked = {
    ...link,
    find: async (path: string) =>
      (await link.find(path)) && path === 'inbox' ? { size: 0, isFolder: false, isClosed: false, mtime: 1 } : link.find(path),
  };
  t.true((await bring(linked)) >= begun);
});

for (const [what, lay] of [
  ['a file', (aside: string) => writeFile(aside, '')],
  ['a folder in the place of a file', (aside: string) => mkdir(join(aside, 'corte.json'), { recursive: true })],
  ['a file that belongs to no delivery', async (aside: string) => (await mkdir(aside), await writeFile(join(aside, 'x'), ''))],
] as const) {
  test(`${what} under the name of an upload keeps no corte from coming, on the same visit`, async (t) => {
    const { difusor, visit } = await stage(t);
    await lay(join(difusor.config.inbox, '.cotejo-jornada-000001'));
    t.like(await visit(), { outcome: 'up-to-date', number: 1, trouble: null });
  });
}
