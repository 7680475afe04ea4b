import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { undoLeft } from '../../src/command/simulacro-undo.ts';
import { leftToUndo } from '../../src/disk/undo-list.ts';
import { programsOf } from '../../src/simulacro/look/programs.ts';
import { openLedger } from '../../src/simulacro/undo/ledger.ts';
import { inodeOf, undoAll } from '../../src/simulacro/undo/undo.ts';
import { shellOver } from '../../src/terminal/shell.ts';
import { cotejo } from '../kit/command.ts';
import { makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { run as runCommand } from '../kit/daemon.ts';
import { at, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';
import { requires, requiresRoot } from '../kit/requires.ts';
import { trustAt } from './drill-trust.ts';

/** The list of what is to be undone, and that everything is put back from it. */

test('the list: written before, held by one, and not taken from a folder of others', async (t) => {
  const folder = join(await makeFolder(t), 'simulacro');
  const ledger = await openLedger(folder);
  t.is(await openLedger(folder), null, 'a drill is under way');
  const path = join(folder, `.simulacro-relleno-${'0'.repeat(16)}`);
  const undoing = { programs: programsOf(process.env), state: folder, inbox: null };
  await writeFile(path, 'x');
  await ledger!.add({ undo: 'filler', path, inode: '1:1' });
  await ledger!.release();
  const again = await openLedger(folder);
  t.is(again!.entries.length, 1);
  t.deepEqual(await leftToUndo(folder), ['filler'], 'as others are told of it');
  t.deepEqual(await undoAll(again!, undoing), []);
  t.true(existsSync(path), 'another file of that name is not ours');
  await again!.add({ undo: 'filler', path, inode: (await inodeOf(path)) ?? '' });
  t.deepEqual(await undoAll(again!, undoing), []);
  t.false(existsSync(path));
  t.deepEqual(again!.entries, []);
  t.deepEqual(await leftToUndo(folder), []);
  await again!.release();
  t.deepEqual(await leftToUndo(join(folder, 'none')), []);

  await writeFile(
    join(folder, 'por-deshacer.json'),
    '{"type":"cotejo/por-deshacer","entries":[{"id":1,"action":{"undo":"unit","unit":"ssh.service"}}]}',
  );
  await t.throwsAsync(openLedger(folder), { message: /no list of what a drill/ }, 'only units of ours');
  const open = join(await makeFolder(t), 'open');
  await mkdir(open);
  await chmod(open, 0o777);
  await t.throwsAsync(openLedger(open), { message: /not a folder of this account alone/ });
});

test('the list: not in a folder that others may write in, nor behind a link', async (t) => {
  const shared = join(await makeFolder(t), 'shared');
  await mkdir(join(shared, 'own'), { recursive: true });
  await chmod(shared, 0o775);
  await t.throwsAsync(openLedger(join(shared, 'simulacro')), { message: /others may write in it/ });
  await t.throwsAsync(openLedger(join(shared, 'own', 'simulacro')), { message: /others may write in it/ }, 'nor further above');
  t.deepEqual(await readdir(shared), ['own'], 'nothing was made there');
  await chmod(shared, 0o755);
  await symlink(join(shared, 'own'), join(shared, 'simulacro'));
  await t.throwsAsync(openLedger(join(shared, 'simulacro')), { message: /not a folder of this account alone/ });
});

requiresRoot()("the list: not below another account's folder", async (t) => {
  const other = join(await makeFolder(t), 'other');
  await mkdir(join(other, 'own'), { recursive: true });
  await chown(other, 65534, 65534);
  await t.throwsAsync(openLedger(join(other, 'own', 'simulacro')), { message: /belongs to another account/ });
});

test('a list removes deliveries of the configured inbox and fillers of the state, and nothing else', async (t) => {
  const folder = await makeFolder(t);
  const [inbox, state, other] = ['inbox', 'state', 'other'].map((name) => join(folder, name)) as [string, string, string];
  await Promise.all([inbox, state, other].map((name) => mkdir(join(name, 'kept'), { recursive: true })));
  const ledger = await openLedger(join(folder, 'simulacro'));
  t.teardown(() => ledger!.release());
  const programs = programsOf(process.env);
  const refused = async (path: string, undo: 'delivery' | 'filler', around = { state, inbox }) => {
    const inode = (await inodeOf(path)) ?? '';
    const entry = await ledger!.add(undo === 'filler' ? { undo, path, inode } : { undo, paths: [path], inode });
    const left = await undoAll(ledger!, { programs, ...around });
    t.regex(left.join(), /not touched/, path);
    t.true(existsSync(path), path);
    await ledger!.remove(entry);
  };
  for (const path of [other, inbox, `${inbox}/.`, `${inbox}/kept/.`, `${inbox}//kept`, state]) await refused(path, 'delivery');
  await refused(join(inbox, 'kept'), 'delivery', { state, inbox: other });
  const name = `.simulacro-relleno-${'a'.repeat(16)}`;
  for (const path of [join(other, name), join(state, 'kept', name), join(state, 'content')]) {
    await writeFile(path, 'x');
    await refused(path, 'filler');
  }
  await ledger!.add({ undo: 'delivery', paths: [join(inbox, 'kept')], inode: (await inodeOf(join(inbox, 'kept'))) ?? '' });
  t.deepEqual(await undoAll(ledger!, { programs, state, inbox }), []);
  t.false(existsSync(join(inbox, 'kept')));
});

test('at the IEC, nothing to undo is not all of the truth where another account has a list, or one that is not shown', async (t) => {
  const folder = await makeFolder(t);
  const at = (name: string) => join(folder, name);
  const undoing = { programs: programsOf(process.env), state: null, inbox: null };
  await mkdir(at('left'));
  await writeFile(
    at('left/por-deshacer.json'),
    '{"type":"cotejo/por-deshacer","entries":[{"id":1,"action":{"undo":"unit","unit":"cotejo-iec.service"}}]}',
  );
  await mkdir(at('damaged'));
  await writeFile(at('damaged/por-deshacer.json'), '{');
  const undo = async (elsewhere: readonly string[]) => {
    const streams = [new PassThrough(), new PassThrough()] as const;
    const [stdout, stderr] = streams as unknown as [NodeJS.WriteStream, NodeJS.WriteStream];
    const around = { stdin: process.stdin, stdout, stderr, env: {}, cwd: folder, now: Date.now };
    const outcome = await undoLeft(shellOver(around, 'es'), at('own'), undoing, true, elsewhere.map(at));
    const [told, said] = await Promise.all(streams.map((stream) => text(stream.end())));
    t.is(told, '{"undone":0,"left":[]}\n');
    return [outcome, (said ?? '').replaceAll(folder, '')] as const;
  };
  t.deepEqual(await undo([]), ['done', '']);
  t.deepEqual(await undo(['none']), ['done', '']);
  const [left, where] = await undo(['none', 'left']);
  t.is(left, 'unknown');
  t.regex(where, /\/left\b[^]*root/);
  const [damaged, why] = await undo(['damaged']);
  t.is(damaged, 'unknown');
  t.regex(why, /\/damaged\/por-deshacer\.json no es una lista/);
});

/** As `cotejo iec simulacro --undo` of another account than root. */
async function undoneBy(uid: number, config: string, ...more: string[]) {
  const args = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', process.execPath, join(repository(), 'dist/bin/cotejo.js')];
  const undo = spawn('setpriv', [...args, 'iec', 'simulacro', '--undo', '--config', config, ...more], { env: { LANG: 'C' } });
  const [[status], stdout, stderr] = await Promise.all([once(undo, 'close'), text(undo.stdout), text(undo.stderr)]);
  return { status: status as number, stdout, stderr };
}

requiresRoot(requires('util-linux', ['setpriv']))(
  'at the IEC, an account without rights: nothing where there is no list, and 3 where it can not tell or not undo',
  async (t) => {
    const folder = await makeFolder(t);
    await chmod(folder, 0o755);
    const config = join(folder, 'IEC.toml');
    const members = { chain: 'chain', source: 'publicacion', phase: 'jornada', key: 'firma-1', ssh_key: 'ssh', panel: 'panel' };
    await writeFile(
      config,
      Object.entries(members)
        .map(([name, value]) => `${name} = "${value}"\n`)
        .join(''),
    );
    const own = join(folder, 'simulacro');
    // What root's own list says depends on this machine; where there is none, as a rule, nothing is left.
    const isRootsThere = existsSync('/var/lib/cotejo-simulacro');
    const none = await undoneBy(65_534, config, '--json');
    t.is(none.stdout, '{"undone":0,"left":[]}\n', none.stderr);
    t.is(none.status, isRootsThere ? 3 : 0, none.stderr);
    t.false(existsSync(own), 'and no list is made');
    // Another account's list, which is closed to this one.
    await mkdir(own, { mode: 0o700 });
    t.is((await undoneBy(65_534, config)).status, 3);
    // Its own, with something that can't be undone here.
    await chown(own, 65_534, 65_534);
    const unit = { undo: 'unit', unit: 'cotejo-no-such-thing.service' };
    const list = { type: 'cotejo/por-deshacer', entries: [{ id: 1, action: unit }] };
    await writeFile(join(own, 'por-deshacer.json'), JSON.stringify(list));
    const left = await undoneBy(65_534, config);
    t.is(left.status, 3, left.stderr);
    t.is(left.stdout, 'undone: 0 of 1\n');
    t.is((await undoneBy(65_534, join(folder, 'none.toml'))).status, 3);
    await writeFile(config, 'chain = 7\n');
    t.is((await undoneBy(65_534, config)).status, 2);
  },
);

test('a drill that is killed in the middle leaves a list, from which undo puts everything back', async (t) => {
  const now = Date.now();
  const own = trustAt(now);
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(own, folder);
  await writePrivateKey(makeKey('vanguardia-web1'), join(folder, 'acuse_key'));
  const config = join(folder, 'difusor.toml');
  const names = ['state', 'inbox', 'outbox', 'acuse_key'].map((name) => `${name} = "${name}"\n`).join('');
  await writeFile(config, `difusor = "vanguardia"\nnode = "web1"\nanchor = "${anchor}"\n${names}`);
  await mkdir(join(folder, 'inbox'));
  const daemon = runCommand(t, config, ['--http', '127.0.0.1:0']);
  const [, site] = await daemon.until(/listening what=http address=(\S+)/);
  await writeDelivery(
    join(folder, 'inbox'),
    makeCorte({ trust: own, phase: 'simulacro-1', files: publicationOf(1), takenAt: at(now - 60_000) }),
  );
  await daemon.until(/published phase=simulacro-1 public=corte number=1/);

  // The daemon is stopped, so that nobody but `undo` puts the page back.
  const page = join(folder, 'state/public/simulacro-1/index.html');
  const signed = await readFile(page, 'utf8');
  daemon.child.kill('SIGSTOP');
  const serving = spawn(
    process.execPath,
    [join(repository(), 'dist/bin/cotejo.js'), 'difusor', 'serve-http', '--config', config, '--listen', '127.0.0.1:0'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  t.teardown(() => serving.kill('SIGKILL'));
  t.truthy(site);
  const address = await new Promise<string>((resolve) => {
    let said = '';
    serving.stdout.on('data', (part) => {
      said += part;
      const found = /listening what=http address=(\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
  });
  const args = [
    'simulacro',
    '--config',
    config,
    '--phase',
    'simulacro-1',
    '--site',
    `http://${address.replace(/^http:\/\//, '')}/cotejo/fases/simulacro-1/`,
    '--only',
    'pagina-alterada',
    '--yes',
  ];
  const drill = spawn(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), ...args], { stdio: 'inherit' });
  const ended = once(drill, 'close');
  for (let i = 0; i < 400 && (await readFile(page, 'utf8')) === signed; i++) await pause(50);
  t.not(await readFile(page, 'utf8'), signed, 'the fault was made');
  const early = await cotejo(['simulacro', 'undo', '--config', config]);
  t.is(early.status, 2, early.stderr);
  drill.kill('SIGKILL');
  await ended;
  t.not(await readFile(page, 'utf8'), signed);
  const status = () => cotejo(['difusor', 'status', '--config', config, '--json']);
  t.regex((await status()).stderr, /: file \(cotejo simulacro undo\)/);
  const doctor = await cotejo(['difusor', 'doctor', '--config', config, '--json']);
  const { checks } = JSON.parse(doctor.stdout) as { checks: { id: string; verdict: string }[] };
  t.is(checks.find(({ id }) => id === 'simulacro')?.verdict, 'no-cumple');

  const undone = await cotejo(['simulacro', 'undo', '--config', config, '--json']);
  t.deepEqual([undone.status, undone.stdout], [0, '{"undone":1,"left":[]}\n'], undone.stderr);
  t.is(await readFile(page, 'utf8'), signed);
  t.is((await stat(page)).ino, (await stat(await contentOf(folder, page))).ino, 'the verified content itself');
  const again = await cotejo(['simulacro', 'undo', '--config', config, '--json']);
  t.deepEqual([again.status, again.stdout], [0, '{"undone":0,"left":[]}\n']);
  t.notRegex((await status()).stderr, /simulacro undo/);
});

async function contentOf(folder: string, page: string): Promise<string> {
  return join(
    folder,
    'state/content/simulacro-1',
    createHash('sha256')
      .update(await readFile(page))
      .digest('hex'),
  );
}
