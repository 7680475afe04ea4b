import type { Connection, SFTPWrapper } from 'ssh2';

/**
 * The three things that are needed of ssh2's SFTP server and that it has no call for. They lean on its insides: ssh2 is
 * pinned exactly, and the trials of the inbox fail if a new version changes them.
 */
interface Insides {
  _protocol: { channelData(channel: number, bytes: Buffer): void };
  readonly outgoing: { readonly id: number; window: number };
}

/**
 * Makes the server's version packet announce extensions; ssh2's own announces none, and a client does not use what was
 * not announced. To be called before the client's first packet: at once when the session is accepted.
 */
export function announce(sftp: SFTPWrapper, extensions: Readonly<Record<string, string>>): void {
  const inside = sftp as unknown as Insides;
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
  return (sftp as unknown as Insides).outgoing.window <= 0;
}

/** Ends the telling of each packet that a server asked for with `debug`: once who connects is known, it is of no use. */
export function hush(client: Connection): void {
  (client as unknown as { _protocol: { _debug: unknown } })._protocol._debug = undefined;
}

function framed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}
