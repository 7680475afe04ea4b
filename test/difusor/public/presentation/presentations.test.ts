import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { KnownCorte } from '../../../../src/chain/chain-folder.ts';
import { readTemplate } from '../../../../src/chain/template.ts';
import { openPresentations } from '../../../../src/difusor/public/presentation/presentations.ts';
import type { Event } from '../../../../src/difusor/state/events.ts';
import { makeRooms, roomsOf } from '../../../../src/difusor/state/rooms.ts';
import { installTemplate } from '../../../../src/difusor/state/templates.ts';
import { hashOf } from '../../../../src/format/hash.ts';
import type { StepName } from '../../../../src/service/steps.ts';
import { makeCorte, writeDelivery } from '../../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../../kit/election.ts';
import { makeFolder, writeFiles } from '../../../kit/folders.ts';
import { makeNode } from '../../../kit/node.ts';
import { authorized, install as installAt, sumsOf, TEMPLATE } from '../../../kit/presentation.ts';

/** What is tried again and when, and what phases that share a copy do to each other. */

const trust = signTrust(makeTrust());
const COPY = hashOf(sumsOf(TEMPLATE));

async function bench(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const rooms = roomsOf(join(folder, 'state'));
  makeRooms(rooms);
  const contents = join(folder, 'contents');
  await mkdir(contents);
  const clock = { elapsed: 1_000_000 };
  const events: Event[] = [];
  const steps: StepName[] = [];
  const setting = {
    now: () => 0,
    elapsed: () => clock.elapsed,
    tell: (event: Event) => void events.push(event),
    step: (name: StepName) => void steps.push(name),
  };
  const open = (phase: string) =>
    openPresentations({ rooms, phase, difusor: 'vanguardia', contentPath: (hash) => join(contents, hash), setting });
  /** A corte of a phase with these documents, which lie in the contents. */
  async function corte(phase: string, documents: Readonly<Record<string, Buffer>>, number: number): Promise<KnownCorte> {
    const entries = Object.entries(documents).map(([path, bytes]) => ({ path, sha256: hashOf(bytes), bytes }));
    for (const { sha256, bytes } of entries) await writeFile(join(contents, sha256), bytes);
    const { statement } = makeCorte({ trust, files: { 'index.html': 'x' } });
    return {
      statement: { ...statement, phase, number },
      sha256: hashOf(Buffer.from(`${phase} ${number}`)),
      manifest: entries.map(({ path, sha256 }) => ({ path, sha256 })),
    };
  }
  async function install() {
    const template = join(folder, `plantilla-${process.hrtime.bigint()}`);
    await writeFiles(template, TEMPLATE);
    await installTemplate(rooms, 'tablero', await readTemplate(template));
  }
  /** @returns how many files were read meanwhile */
  async function read(work: Promise<void>): Promise<number> {
    const before = steps.length;
    await work;
    return steps.length - before;
  }
  await install();
  const told = () => events.flatMap((e) => (e.event === 'presentation' ? [`${e.phase} ${e.number} ${e.public}`] : []));
  return { rooms, contents, clock, events, open, corte, install, read, told };
}

test('a copy that can not be made is tried again a minute later, or when its template was installed again', async (t) => {
  const { rooms, clock, open, corte, install, read, told } = await bench(t);
  const one = open('jornada');
  const first = await corte('jornada', authorized(), 1);
  const file = join(rooms.templates, 'tablero', COPY, 'index.html');
  await chmod(file, 0o644);
  await writeFile(file, 'desfigurado');
  const settle = () => read(one.settle(first, () => [1]));
  t.true((await settle()) > 0);
  t.is(await settle(), 0, 'a moment later nothing is read');
  clock.elapsed += 59_000;
  t.is(await settle(), 0);
  clock.elapsed += 1_000;
  t.true((await settle()) > 0, 'after a minute it is tried again');
  t.is((await one.shownWith(1)).size, 0);
  await install();
  t.true((await settle()) > 0, 'installed again, it is tried at once');
  t.is((await one.shownWith(1)).get('tablero'), COPY);
  t.deepEqual(told(), ['jornada 1 true']);
});

test('where no link can be made it is tried again a minute later', async (t) => {
  const { rooms, clock, open, corte, told } = await bench(t);
  const one = open('jornada');
  const first = await corte('jornada', authorized(), 1);
  const settle = () => one.settle(first, () => [1]);
  await writeFile(join(rooms.presentations, 'jornada'), 'in the way');
  await settle();
  await rm(join(rooms.presentations, 'jornada'));
  await settle();
  t.deepEqual(told(), []);
  clock.elapsed += 60_000;
  await settle();
  t.deepEqual(told(), ['jornada 1 true']);
});

test('a copy that another phase removed is made again before it is shown', async (t) => {
  const { rooms, events, open, corte, told } = await bench(t);
  const [one, two] = [open('jornada'), open('simulacro-1')];
  const drillSays = (first: number, last: number | null) => authorized({ phase: 'simulacro-1', first, last });
  await one.settle(await corte('jornada', authorized(), 1), () => [1]);
  await two.settle(await corte('simulacro-1', drillSays(1, 1), 1), () => [1]);
  await two.settle(await corte('simulacro-1', drillSays(1, 1), 2), () => [2]);
  await one.settle(await corte('jornada', authorized({ last: 1 }), 2), () => [2]);
  t.false((await readdir(rooms.presentations)).includes(COPY), 'nobody needs it');
  const again = await corte('simulacro-1', drillSays(3, null), 3);
  await two.link(again);
  t.is((await two.shownWith(3)).size, 0, 'no link leads to what is not there');
  await two.settle(again, () => [3]);
  t.true(existsSync(join(rooms.presentations, 'simulacro-1', '000003', 'tablero', 'index.html')));
  t.deepEqual(told().slice(-1), ['simulacro-1 3 true']);
  t.false(events.some(({ event }) => event === 'error'));
});

test('a document that could not be read in passing is read again, and its copy is kept meanwhile', async (t) => {
  const { rooms, contents, events, open, corte } = await bench(t);
  const documents = authorized();
  const first = await corte('jornada', documents, 1);
  await open('jornada').settle(first, () => [1]);
  const file = join(contents, hashOf(Object.values(documents)[0]!));
  await rename(file, `${file}-away`);
  const restarted = open('jornada');
  await restarted.settle(first, () => [1]);
  t.true((await readdir(rooms.presentations)).includes(COPY));
  await rename(`${file}-away`, file);
  await restarted.settle(first, () => [1]);
  t.is((await restarted.shownWith(1)).get('tablero'), COPY);
  t.is(events.filter(({ event }) => event === 'error').length, 1);
});

test('a document that no reader takes is told once', async (t) => {
  const { events, open, corte } = await bench(t);
  const first = await corte('jornada', { 'oficial/autorizaciones/vanguardia-tablero.json': Buffer.from('{}') }, 1);
  const one = open('jornada');
  for (let turn = 0; turn < 3; turn++) await one.settle(first, () => [1]);
  t.is(events.filter(({ event }) => event === 'error').length, 1);
});

test('at a start every phase is public before any copy of a presentation is read or made', async (t) => {
  const kit = await makeNode(t, { trust, now: NOW });
  const corte = makeCorte({ trust, files: { 'index.html': 'x', ...authorized() }, takenAt: at(NOW) });
  const drill = makeCorte({
    trust,
    phase: 'simulacro-1',
    signer: 'ensayo-1',
    files: { 'index.html': 'x', ...authorized({ phase: 'simulacro-1' }) },
    takenAt: at(NOW),
  });
  for (const delivered of [corte, drill]) await writeDelivery(kit.config.inbox, delivered);
  await kit.outcomes();
  await installAt(kit);
  const links = ['jornada', 'simulacro-1'].map((phase) => kit.path('state/public', phase));
  for (const link of links) await rm(link);
  let seen: boolean[] | null = null;
  kit.onStep = (name) => {
    if (name === 'patrol') seen ??= links.map((link) => existsSync(link));
  };
  await kit.reopen();
  t.deepEqual(seen, [true, true]);
});
