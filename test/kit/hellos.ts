/** First messages of a TLS handshake as no client library would send them: each is answered with an alert. */

/** An unsigned number of two bytes. */
function two(number: number): Buffer {
  return Buffer.from([number >> 8, number & 255]);
}

function extension(type: number, body: Buffer): Buffer {
  return Buffer.concat([two(type), two(body.length), body]);
}

interface Hello {
  readonly version?: number;
  /** a number of the registry of TLS, and the share of it */
  readonly group?: number;
  readonly share?: Buffer;
  /** the signature algorithms, which are not left out by a client that lives */
  readonly isSigned?: boolean;
  readonly more?: Buffer;
}

/** A ClientHello of TLS 1.3, but for what is asked otherwise. */
function hello({
  version = 0x0303,
  group = 29,
  share = Buffer.alloc(32, 9),
  isSigned = true,
  more = Buffer.alloc(0),
}: Hello): Buffer {
  const shared = Buffer.concat([two(group), two(share.length), share]);
  const extensions = Buffer.concat([
    extension(10, Buffer.from([0, 4, 0, 29, 0, 23])),
    isSigned ? extension(13, Buffer.from([0, 4, 4, 3, 8, 4])) : Buffer.alloc(0),
    extension(43, Buffer.from([2, 3, 4])),
    extension(51, Buffer.concat([two(shared.length), shared])),
    more,
  ]);
  const ciphers = Buffer.from([0, 4, 0x13, 0x01, 0xc0, 0x2b]);
  const start = Buffer.concat([two(version), Buffer.alloc(32, 7), Buffer.from([0]), ciphers, Buffer.from([1, 0])]);
  const body = Buffer.concat([start, two(extensions.length), extensions]);
  return Buffer.concat([Buffer.from([22, 3, 1]), two(body.length + 4), Buffer.from([1, 0]), two(body.length), body]);
}

/** By what is wrong with each. */
export const JUNK_HELLOS: Readonly<Record<string, Buffer>> = {
  'a record of 18,688 bytes': Buffer.from([22, 3, 1, 0x49, 0]),
  'a message of another kind': Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]),
  'a share of 31 bytes': hello({ share: Buffer.alloc(31, 9) }),
  'a share that is no point': hello({ group: 23, share: Buffer.alloc(65, 4) }),
  'a share of zeros': hello({ share: Buffer.alloc(32) }),
  'no signature algorithms': hello({ isSigned: false }),
  'the version of SSL 3': hello({ version: 0x0300 }),
  'an extension twice': hello({ more: extension(10, Buffer.from([0, 2, 0, 29])) }),
  'an alert': Buffer.from([21, 3, 1, 0, 2, 2, 40]),
  'a request in the clear': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
};
