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
 * The built-in inbox, for machines without sshd: SSH with one purpose. Only the IEC's keys can log in, and they get an
 * SFTP session over two folders; there is no shell, no command, no terminal, no forwarding, no environment.
 */

export interface InboxSettings {
  /** the file's text, OpenSSH's form, not encrypted */
  readonly hostKey: string | Buffer;
  readonly iecKeys: readonly PublicKey[];
  /** bytes that the inbox may hold */
  readonly inboxBytes: number;
  /** called now and then with the number of logins that failed */
  readonly refused?: (attempts: number) => void;
  /** times and limits that differ from the default ones */
  readonly patience?: Partial<ServerPatience>;
}

/** Times and limits of connections. @internal */
export interface ServerPatience {
  /** connections that have not logged in; above it one is dropped, so that a flood can't keep the IEC out */
  readonly strangers: number;
  /** connections that have logged in; above it the one that has been idle the longest is dropped */
  readonly sessions: number;
  /** ms to log in */
  readonly login: number;
  /** ms without any request */
  readonly idle: number;
  /**
   * bytes and messages, of any kind, that a connection may send before it has logged in: an honest one needs a few
   * thousand bytes and twenty messages
   */
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

/** ms between two reports of refused logins */
const TELL = 60_000;

/** Modern algorithms that Node computes natively. Nothing is compressed: the packages are compressed already. */
const ALGORITHMS: ssh2.Algorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  // The last two, and encrypt-then-mac, are for paramiko, which supports no others.
  cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes128-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com'],
  compress: ['none'],
  serverHostKey: ['ssh-ed25519'],
};

/** @throws Error where the address can't be listened on, or the host key is invalid */
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
  newServer(); // a bad host key fails here and not at the first connection

  // An answer is several small writes: without noDelay the later ones wait for the reader's delayed ACK, 40 ms each time.
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {}); // the connection is over; ssh2 gets the error too
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
    // Before login a connection can't cost more than this, whatever it sends: ssh2 itself would answer any number of
    // messages.
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
    // One server for each connection: only so is it known which client is on which socket.
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
        // Only the IEC gets here. Old sessions over broken links must not keep out its next try.
        const [stillest] = sessions;
        if (stillest && sessions.size >= patience.sessions) {
          sessions.delete(stillest);
          stillest.destroy();
        }
        const stirred = () => {
          sessions.delete(socket); // moved to the end: the set is in the order of the last request
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

/** The oldest connection of the address that has the most of them, so that a flood drops its own connections. */
function crowdOf(sockets: ReadonlySet<Socket>): Socket {
  const byAddress = new Map<string, Socket[]>();
  for (const socket of sockets) {
    const address = socket.remoteAddress ?? '';
    byAddress.set(address, [...(byAddress.get(address) ?? []), socket]);
  }
  const [largest] = [...byAddress.values()].sort((a, b) => b.length - a.length);
  return largest![0]!;
}

/** Strangers try to log in all day: that is reported once a minute, with the number of tries. */
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
