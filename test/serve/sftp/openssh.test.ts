import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ExecutionContext } from 'ava';
import { makeChain, writeDelivery } from '../../kit/cortes.ts';
import type { RunningDifusor } from '../../kit/difusor.ts';
import { makeFolder, treeOf } from '../../kit/folders.ts';
import { iec, trust, withInbox } from '../../kit/inbox.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { requires } from '../../kit/requires.ts';

/** The inbox and OpenSSH’s own clients. */

const [first, second] = makeChain(2, { trust });

const withClient = requires('openssh-client', ['sftp', 'ssh', 'ssh-keygen']);

/** OpenSSH's client with a batch of commands; `-` before one lets it fail. */
async function openssh(t: ExecutionContext, difusor: RunningDifusor, commands: readonly string[], program = 'sftp') {
  const folder = await makeFolder(t);
  const identity = await writePrivateKey(iec, join(folder, 'iec'));
  const { host, port } = difusor.sftp as { host: string; port: number };
  await writeFile(join(folder, 'known'), `[${host}]:${port} ${makeKey('a host').publicKey}\n`);
  const options = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${folder}/known`, 'IdentitiesOnly=yes', 'BatchMode=yes'];
  const flags = ['-F', 'none', '-i', identity, ...options.flatMap((option) => ['-o', option])];
  const port_ = program === 'sftp' ? ['-P', String(port), '-b', '-'] : ['-p', String(port)];
  const rest = program === 'sftp' ? [] : commands;
  if (program === 'ssh') flags.push('-v'); // shows the login
  const child = spawn(program, [...flags, ...port_, `iec@${host}`, ...rest], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  child.stdin.end(program === 'sftp' ? `${commands.join('\n')}\n` : '');
  const [status] = await once(child, 'close');
  return { status: status as number, output };
}

withClient('OpenSSH’s sftp delivers a corte: a folder aside, then one rename', async (t) => {
  const difusor = await withInbox(t);
  const source = await writeDelivery(join(await makeFolder(t), 'out'), first!);
  const { status, output } = await openssh(t, difusor, [
    'cd inbox',
    `put -r ${source} .sending`,
    'rename .sending jornada-000001',
    'ls -l /outbox',
  ]);
  t.is(status, 0, output);
  t.regex(output, /status\.json/);
  await difusor.until(({ event }) => event === 'admitted');
  const acuse = await openssh(t, difusor, [`get /outbox/acuses/jornada/000001.json ${dirname(source)}/acuse.json`]);
  t.is(acuse.status, 0, acuse.output);
  t.is(JSON.parse(await readFile(join(dirname(source), 'acuse.json'), 'utf8')).corte, first!.sha256);
});

withClient('OpenSSH’s sftp can put with fsync, go on where it stopped and keep times', async (t) => {
  const difusor = await withInbox(t);
  const source = await writeDelivery(join(await makeFolder(t), 'out'), first!);
  const half = join(dirname(source), 'half');
  await writeFile(half, first!.files['corte.tar.gz'].subarray(0, 100));
  const { status, output } = await openssh(t, difusor, [
    'mkdir inbox/.x',
    `put ${half} inbox/.x/corte.tar.gz`,
    `reput -f ${source}/corte.tar.gz inbox/.x/corte.tar.gz`,
    `put -pf ${source}/corte.json inbox/.x/corte.json`,
    `put -pf ${source}/SHA256SUMS inbox/.x/SHA256SUMS`,
    `put -pf ${source}/corte.json.sig inbox/.x/part`,
    'rename inbox/.x/part inbox/.x/corte.json.sig',
    'rename inbox/.x inbox/jornada-000001',
  ]);
  t.is(status, 0, output);
  await difusor.until(({ event }) => event === 'admitted');
});

withClient('OpenSSH’s clients can do nothing but deliver', async (t) => {
  const difusor = await withInbox(t);
  await writeDelivery(difusor.config.inbox, second!); // waits for the first corte
  await writeFile(join(difusor.folder, 'secret'), 'secret');
  const here = await makeFolder(t);
  await writeFile(join(here, 'mine'), 'mine');
  // The daemon writes in its state all the time; these folders are the account's.
  const own = async () => ({ ...(await treeOf(difusor.config.inbox)), ...(await treeOf(join(difusor.config.outbox, 'acuses'))) });
  await mkdir(join(difusor.config.outbox, 'acuses'));
  await difusor.until(({ event }) => event === 'deferred');
  await hasStatus(difusor);
  const before = await own();
  const refused = [
    `get /inbox/jornada-000002/corte.json ${here}/never`,
    `get /../secret ${here}/never`,
    'ls /state',
    `put ${here}/mine /hostname`,
    `put ${here}/mine /outbox/status.json`,
    `put ${here}/mine /inbox/file`,
    `put ${here}/mine /inbox/jornada-000002/extra`,
    'mkdir /inbox/jornada-000001',
    'mkdir /outbox/folder',
    `put ${here}/mine /outbox/acuses/x`,
    'rm /outbox/status.json',
    'rm /inbox/jornada-000002/corte.json',
    'rmdir /inbox/jornada-000002',
    'rename /inbox/jornada-000002 /inbox/.mine',
    'rename /outbox/status.json /inbox/.x',
    'symlink /etc/passwd /inbox/.link',
    'ln /outbox/status.json /outbox/other',
    'chmod 777 /outbox/status.json',
    'chown 0 /inbox',
    'df /',
  ];
  for (const command of refused) {
    // The first line shows that the client was let in: otherwise a failed login would pass for a refusal.
    const { status, output } = await openssh(t, difusor, ['pwd', command]);
    t.regex(output, /^Remote working directory: \/$/m, command);
    t.is(status, 1, `${command}: ${output}`);
  }
  t.deepEqual(await own(), before);
  t.deepEqual(await readdir(here), ['mine'], 'nothing was read');
  t.is(await readFile(join(difusor.folder, 'secret'), 'utf8'), 'secret');
  for (const command of [['id'], []]) {
    const { status, output } = await openssh(t, difusor, command, 'ssh');
    t.regex(output, /^Authenticated to 127\.0\.0\.1 /m);
    t.not(status, 0, output);
    t.notRegex(output, /uid=/);
  }
});

/** Waits until the daemon has written its status, after its first turn. */
async function hasStatus(difusor: RunningDifusor): Promise<void> {
  while (!existsSync(join(difusor.config.outbox, 'status.json'))) await pause(5);
}

withClient('OpenSSH’s sftp, which does not know the status of a full inbox, shows a failure and goes on', async (t) => {
  const difusor = await withInbox(t, 100_000);
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'large'), Buffer.alloc(200_000));
  await writeFile(join(folder, 'small'), 'small');
  const put = (file: string) => `put ${folder}/${file} inbox/.x/${file}`;
  const { status, output } = await openssh(t, difusor, ['mkdir inbox/.x', `-${put('large')}`, put('small')]);
  t.is(status, 0, output);
  t.is(await readFile(join(difusor.config.inbox, '.x/small'), 'utf8'), 'small');
  const alone = await openssh(t, difusor, [put('large')]);
  t.not(alone.status, 0, alone.output);
});
