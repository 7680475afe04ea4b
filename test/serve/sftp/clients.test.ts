import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeChain, writeDelivery } from '../../kit/cortes.ts';
import { makeFolder } from '../../kit/folders.ts';
import { iec, trust, withInbox } from '../../kit/inbox.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { requires, requiresRoot } from '../../kit/requires.ts';

/** Common clients deliver, each as its own manual says. OpenSSH's is in server.test.ts. */

const [first] = makeChain(1, { trust });

/** A node, and a shell in which the client's line finds: $host, $port, $key, $known, $out (the delivery). */
async function delivers(t: ExecutionContext, script: string): Promise<void> {
  const difusor = await withInbox(t);
  const folder = await makeFolder(t);
  const key = await writePrivateKey(iec, join(folder, 'iec'));
  const out = await writeDelivery(join(folder, 'out'), first!);
  const { host, port } = difusor.sftp as { host: string; port: number };
  const known = join(folder, 'known');
  await writeFile(known, `[${host}]:${port} ${makeKey('a host').publicKey}\n`);
  await mkdir(join(folder, 'home'));
  const child = spawn('bash', ['-euc', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), host, port: String(port), key, known, out, folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [status] = await once(child, 'close');
  t.is(status, 0, output);
  t.is(dirname(out), join(folder, 'out'));
  await difusor.until(({ event }) => event === 'admitted');
}

requires('python3-paramiko', ['/usr/lib/python3/dist-packages/paramiko', '/usr/bin/python3'])('paramiko delivers', async (t) => {
  await delivers(
    t,
    `/usr/bin/python3 - <<'END'
import os, paramiko
client = paramiko.SSHClient()
client.load_host_keys(os.environ['known'])
key = paramiko.Ed25519Key.from_private_key_file(os.environ['key'])
client.connect(os.environ['host'], int(os.environ['port']), 'iec', pkey=key, look_for_keys=False, allow_agent=False)
sftp = client.open_sftp()
sftp.chdir('inbox')
sftp.mkdir('.sending')
for name in os.listdir(os.environ['out']):
    sftp.put(os.path.join(os.environ['out'], name), '.sending/' + name)
assert sorted(sftp.listdir('.sending')) == sorted(os.listdir(os.environ['out']))
sftp.posix_rename('.sending', 'jornada-000001')
client.close()
END`,
  );
});

requires('lftp', ['lftp'])('lftp delivers: a mirror, then one rename', async (t) => {
  await delivers(
    t,
    `ssh="ssh -a -x -F none -i $key -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=$known"
lftp -c "set cmd:fail-exit yes; set net:max-retries 1; set sftp:connect-program '$ssh'; open -u iec,unused sftp://$host:$port; mirror -R $out inbox/.sending; mv inbox/.sending inbox/jornada-000001"`,
  );
});

requires('rclone', ['rclone'])('rclone delivers: a copy, then one move', async (t) => {
  await delivers(
    t,
    `flags="--config= --sftp-host=$host --sftp-port=$port --sftp-user=iec --sftp-key-file=$key --sftp-known-hosts-file=$known --sftp-shell-type=none --sftp-disable-hashcheck"
rclone copy $flags "$out" :sftp:inbox/.sending
rclone moveto $flags :sftp:inbox/.sending :sftp:inbox/jornada-000001`,
  );
});

requiresRoot(requires('sshfs', ['sshfs', '/dev/fuse', 'fusermount3']))('sshfs delivers: a copy, then one move', async (t) => {
  await delivers(
    t,
    `mkdir mnt
sshfs -F none -p "$port" -o IdentityFile="$key,IdentitiesOnly=yes,BatchMode=yes,UserKnownHostsFile=$known" "iec@$host:/" mnt
trap 'fusermount3 -u mnt' EXIT
mkdir mnt/inbox/.sending
cp "$out"/* mnt/inbox/.sending/
mv mnt/inbox/.sending mnt/inbox/jornada-000001`,
  );
});
