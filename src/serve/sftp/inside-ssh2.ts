import type { Connection, SFTPWrapper } from 'ssh2';

/**
 * What the inbox needs of ssh2's SFTP server and ssh2 has no call for. It uses ssh2's internals: ssh2 is pinned
 * exactly, and the tests of the inbox fail if a new version changes them.
 */
interface Insides {
  _protocol: { channelData(channel: number, bytes: Buffer): void };
  readonly outgoing: { readonly id: number; readonly state: string; readonly packetSize: number; window: number };
}

function insidesOf(sftp: SFTPWrapper): Insides {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ssh2's types don't tell of its insides
  return sftp as unknown as Insides;
}

/**
 * Makes the server's version packet announce extensions; ssh2's own announces none, and a client does not use what was
 * not announced. To be called before the client's first packet: at once when the session is accepted.
 */
export function announce(sftp: SFTPWrapper, extensions: Readonly<Record<string, string>>): void {
  const inside = insidesOf(sftp);
  const protocol = inside._protocol;
  const added = Buffer.concat(Object.entries(extensions).flat().map(framed));
  const channelData = (channel: number, version: Buffer) => {
    inside._protocol = protocol;
    const whole = Buffer.concat([version, added]);
    whole.writeUInt32BE(whole.length - 4, 0);
    inside.outgoing.window -= added.length;
    protocol.channelData(channel, whole);
  };
  inside._protocol = new Proxy(protocol, {
    get(target, name) {
      const value: unknown = name === 'channelData' ? channelData : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Whether the client has left answers unread for so long that more of them would only pile up here. */
export function isChoked(sftp: SFTPWrapper): boolean {
  return insidesOf(sftp).outgoing.window <= 0;
}

/** SSH_FXP_STATUS */
const STATUS_PACKET = 101;
/** The statuses of version 3 are 0 to 8; ssh2's own call takes no others. */
const NEWEST_OF_3 = 8;
const FAILURE = 4;

/**
 * Answers a request with a status by any number. Where ssh2 would have to queue the answer, because the client does not
 * read, a status that version 3 does not have becomes a failure.
 */
export function sendStatus(sftp: SFTPWrapper, id: number, code: number, message: string): void {
  if (code <= NEWEST_OF_3) return sftp.status(id, code, message);
  const { _protocol, outgoing } = insidesOf(sftp);
  const body = Buffer.concat([Buffer.of(STATUS_PACKET), uint32(id), uint32(code), framed(message), framed('')]);
  const packet = Buffer.concat([uint32(body.length), body]);
  const fits = outgoing.state === 'open' && outgoing.window > packet.length && outgoing.packetSize >= packet.length;
  if (!fits) return sftp.status(id, FAILURE, message);
  outgoing.window -= packet.length;
  _protocol.channelData(outgoing.id, packet);
}

/**
 * Ends the debug messages for each packet that a server asked for with `debug`: once the client has logged in they are
 * of no use.
 */
export function hush(client: Connection): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ssh2's types don't tell of its insides
  (client as unknown as { _protocol: { _debug: unknown } })._protocol._debug = undefined;
}

function framed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}
