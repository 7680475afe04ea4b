import { createServer, type Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import type { PublicKey } from '../../format/key.ts';
import { type Address, listenOn, type Service } from '../../service/listening.ts';
import { accountOf, type Folders } from './account.ts';
import { hush } from './inside-ssh2.ts';
import { newLogin } from './login.ts';
import { quotaOf } from './quota.ts';
import { serveSftp } from './session.ts';
import { newWriters } from './writers.ts';

/**
 * The built-in inbox, for those who run no sshd: SSH with one purpose. The IEC's key alone comes in, and finds an SFTP
 * session over two folders; there is no shell, no command, no terminal, no forwarding, no environment.
 */

export interface InboxSettings {
  /** the file's text, OpenSSH's form, not encrypted */
  readonly hostKey: string | Buffer;
  readonly iecKeys: readonly PublicKey[];
  /** bytes that the inbox may hold */
  readonly inboxBytes: number;
  /** a stranger's tries came to nothing; told now and then */
  readonly refused?: (attempts: number) => void;
  /** other times and numbers than the usual ones */
  readonly patience?: Partial<ServerPatience>;
}

/** How long and how many are waited for. @internal */
export interface ServerPatience {
  /** connections that have not logged in; past it one is dropped, so that a flood can't keep the IEC out */
  readonly strangers: number;
  /** connections that have; past it the one goes that has asked for nothing the longest */
  readonly sessions: number;
  /** ms to log in */
  readonly login: number;
  /** ms without any request */
  readonly idle: number;
  /** bytes and messages of a connection before it has logged in, of whatever kind: an honest one needs a few thousand and twenty */
  readonly strangerBytes: number;
  readonly strangerMessages: number;
}

const PATIENCE: ServerPatience = {
  strangers: 64,
  sessions: 8,
  login: 20_000,
  idle: 300_000,
  strangerBytes: 64 * 1024,
  strangerMessages: 64,
};

/** ms between two words about refused logins */
const TELL = 60_000;

/** Modern and in the platform's own code. Nothing is compressed: what is sent is compressed already. */
const ALGORITHMS: ssh2.Algorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  // The last two, with encrypt-then-mac alone, are for paramiko, which knows no other.
  cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes128-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com'],
  compress: ['none'],
  serverHostKey: ['ssh-ed25519'],
};

/** @throws Error where the address can't be listened on, or the host key is none */
export async function startSftp(folders: Folders, settings: InboxSettings, address: Address): Promise<Service> {
  const patience = { ...PATIENCE, ...settings.patience };
  const writers = newWriters();
  const quota = quotaOf(folders.inbox, settings.inboxBytes, writers);
  const inbox = { account: accountOf(folders, quota, writers), quota, writers };
  const strangers = new Set<Socket>();
  const sessions = new Set<Socket>();
  const refusals = newRefusals(settings.refused);
  const newServer = (debug?: (message: string) => void) =>
    new ssh2.Server({ hostKeys: [settings.hostKey], ident: 'cotejo', algorithms: ALGORITHMS, ...(debug && { debug }) });
  newServer(); // a host key that is none is found out now, not by the first who connects

  // An answer is several small writes: without noDelay the later ones wait for the reader's delayed ACK, 40 ms each time.
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {}); // a connection that breaks is over; ssh2 hears of it too
    if (strangers.size >= patience.strangers) {
      const crowd = crowdOf(strangers);
      strangers.delete(crowd);
      crowd.destroy();
    }
    strangers.add(socket);
    let timer = setTimeout(() => socket.destroy(), patience.login);
    let isIn = false;
    let tried = 0;
    socket.on('close', () => {
      clearTimeout(timer);
      strangers.delete(socket);
      sessions.delete(socket);
      if (!isIn && tried > 0) refusals(tried);
    });
    // Whoever has not logged in costs no more than this, whatever he sends: ssh2 answers many messages for ever.
    let [bytes, messages] = [0, 0];
    const counted = (part: Buffer) => {
      bytes += part.length;
      if (bytes > patience.strangerBytes) socket.destroy();
    };
    socket.on('data', counted);
    const heard = (line: string) => {
      if (isIn || !line.includes('Inbound: ')) return;
      messages += 1;
      if (messages > patience.strangerMessages) socket.destroy();
    };
    // One for each connection: only so is it known which client is on which socket.
    const ssh = newServer(heard);
    ssh.on('connection', (client: Connection) => {
      const login = newLogin(settings.iecKeys);
      client.on('error', () => socket.destroy());
      client.on('authentication', (context) => {
        if (context.method !== 'none') tried += 1;
        if (login(context) === 'enough') client.end();
      });
      client.on('ready', () => {
        isIn = true;
        socket.off('data', counted);
        hush(client);
        strangers.delete(socket);
        // Only the IEC gets here. What it left behind on a broken link must not keep out its next try.
        const [stillest] = sessions;
        if (stillest && sessions.size >= patience.sessions) {
          sessions.delete(stillest);
          stillest.destroy();
        }
        const stirred = () => {
          sessions.delete(socket); // to the end: the set is in the order of the last request
          sessions.add(socket);
          clearTimeout(timer);
          timer = setTimeout(() => socket.destroy(), patience.idle);
        };
        stirred();
        const drop = () => socket.destroy();
        const pace = { pause: () => socket.pause(), resume: () => socket.resume(), stirred, drop };
        let isTaken = false;
        client.on('session', (accept, reject) => {
          if (isTaken) return reject();
          isTaken = true;
          const session = accept();
          session.on('sftp', (acceptSftp) => {
            const end = serveSftp(acceptSftp(), inbox, pace);
            session.on('close', end);
            socket.on('close', end);
          });
        });
      });
    });
    ssh.injectSocket(socket);
  });

  return listenOn(server, address, () => {
    for (const socket of [...strangers, ...sessions]) socket.destroy();
  });
}

/** The oldest connection of the address that has the most of them: whoever floods drops his own. */
function crowdOf(sockets: ReadonlySet<Socket>): Socket {
  const byAddress = new Map<string, Socket[]>();
  for (const socket of sockets) {
    const address = socket.remoteAddress ?? '';
    byAddress.set(address, [...(byAddress.get(address) ?? []), socket]);
  }
  const [largest] = [...byAddress.values()].sort((a, b) => b.length - a.length);
  return largest![0]!;
}

/** The internet knocks all day: it is told once a minute, with the number of tries. */
function newRefusals(tell: ((attempts: number) => void) | undefined): (attempts: number) => void {
  let count = 0;
  let at = -Infinity;
  return (attempts) => {
    count += attempts;
    if (performance.now() - at < TELL) return;
    at = performance.now();
    tell?.(count);
    count = 0;
  };
}
