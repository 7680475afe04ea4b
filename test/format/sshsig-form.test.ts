import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { blobOf, keyOf } from '../../src/format/key.ts';
import { LIMITS } from '../../src/format/limits.ts';
import { isSignatureOver, type Namespace, parseSignature } from '../../src/format/sshsig.ts';
import { concat, string, uint32 } from '../../src/format/wire.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';
import { refuses } from '../kit/refuses.ts';
import { requires } from '../kit/requires.ts';

/** The form of a signature’s file, to the byte. */

const NAMESPACES: Namespace[] = ['trust@cotejo', 'corte@cotejo', 'acuse@cotejo'];
const key = makeKey('sshsig');
const message = Buffer.from('{"a": "corte"}\n');
const good = key.signNow(message, 'corte@cotejo');

const withKeygen = requires('openssh-client', ['ssh-keygen']);

interface Fields {
  magic?: string;
  version?: number;
  key?: Uint8Array;
  namespace?: string | Uint8Array;
  reserved?: string;
  hash?: string;
  inner?: Uint8Array;
  trailing?: string;
}

const raw = parseSignature(good, 'corte@cotejo').raw;
const inner = (type: string, value: Uint8Array) => concat([string(type), string(value)]);

function blob(f: Fields = {}): Uint8Array {
  return concat([
    Buffer.from(f.magic ?? 'SSHSIG'),
    uint32(f.version ?? 1),
    string(f.key ?? blobOf(key.point)),
    string(f.namespace ?? 'corte@cotejo'),
    string(f.reserved ?? ''),
    string(f.hash ?? 'sha512'),
    string(f.inner ?? inner('ssh-ed25519', raw)),
    Buffer.from(f.trailing ?? ''),
  ]);
}

function armour(bytes: Uint8Array, width = 70): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
}

const BLOBS: [string, Fields][] = [
  ['another magic', { magic: 'SSHSIH' }],
  ['version 0', { version: 0 }],
  ['version 2', { version: 2 }],
  ['an empty namespace', { namespace: '' }],
  ['a longer namespace', { namespace: 'corte@cotejo\0' }],
  ['a namespace that is not UTF-8', { namespace: Buffer.from([0xff]) }],
  ['something in the reserved field', { reserved: 'x' }],
  ['hash sha256', { hash: 'sha256' }],
  ['hash SHA512', { hash: 'SHA512' }],
  ['a key of type ssh-rsa', { key: concat([string('ssh-rsa'), string(key.point)]) }],
  ['a security key', { key: concat([string('sk-ssh-ed25519@openssh.com'), string(key.point), string('ssh:')]) }],
  ['a key with something after it', { key: concat([blobOf(key.point), string('')]) }],
  ['a key of 31 bytes', { key: blobOf(key.point.slice(1)) }],
  ['a key of 33 bytes', { key: blobOf(concat([key.point, Buffer.alloc(1)])) }],
  ['a key not on the curve', { key: blobOf(Buffer.concat([Buffer.from([2]), Buffer.alloc(31)])) }],
  ['an empty key', { key: Buffer.alloc(0) }],
  ['an inner signature of type ssh-rsa', { inner: inner('ssh-rsa', raw) }],
  ['an inner signature of 63 bytes', { inner: inner('ssh-ed25519', raw.slice(1)) }],
  ['an inner signature of 65 bytes', { inner: inner('ssh-ed25519', concat([raw, Buffer.alloc(1)])) }],
  ['something after the inner signature', { inner: concat([inner('ssh-ed25519', raw), Buffer.alloc(1)]) }],
  ['something after the signature', { trailing: 'x' }],
];

for (const [what, fields] of BLOBS) {
  test(`malformed: ${what}`, (t) => {
    refuses(t, 'signature-malformed', () => parseSignature(Buffer.from(armour(blob(fields))), 'corte@cotejo'));
  });
}

const text = good.toString();

/**
 * How the armour may be written: what is said here, by the script for checking by hand and by the page, and what
 * `ssh-keygen -Y verify` says. It is more lenient in what lies before, between and behind the digits; docs/format.md has it.
 */
const ARMOURS: [what: string, file: string | Buffer, isGood: boolean, isGoodForKeygen: boolean][] = [
  ['nothing', '', false, false],
  ['the frame alone', '-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n', false, false],
  ['the frame and an empty line', '-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n', false, false],
  ['an empty line after it', `${text}\n`, true, true],
  ['several empty lines after it, some of another system', `${text}\n\r\n\n`, true, true],
  ['lines of 1', armour(blob(), 1), true, true],
  ['lines of 76', armour(blob(), 76), true, true],
  ['no end of the last line', text.trimEnd(), false, true],
  ['a CR at the end of the last line', text.replace(/\n$/, '\r\n'), false, true],
  ['a space after it', `${text} `, false, true],
  ['a space and an empty line after it', `${text} \n`, false, true],
  ['a CR alone after it', `${text}\r`, false, true],
  ['text after it', `${text}x`, false, true],
  ['bytes after it', Buffer.concat([good, Buffer.from([0, 0xff, 0x80])]), false, true],
  ['a control character in place of its last line end', text.replace(/\n$/, '\u0001'), false, true],
  ['text behind the last line', `${text.trimEnd()}x\n`, false, true],
  ['two of them', text + text, false, true],
  ['an empty line before it', `\n${text}`, false, false],
  ['text before it', `x\n${text}`, false, false],
  ['CRLF', text.replaceAll('\n', '\r\n'), false, false],
  ['CRLF after the first line', text.replaceAll('\n', '\r\n').replace('\r', ''), false, true],
  ['CR alone', text.replaceAll('\n', '\r'), false, false],
  ['a BOM', `\ufeff${text}`, false, false],
  ['an empty line inside', text.replace('\n', '\n\n'), false, true],
  ['a space at the end of the first line', text.replace('SIGNATURE-----\n', 'SIGNATURE----- \n'), false, false],
  ['a space before the last line', text.replace('\n-----END', '\n -----END'), false, false],
  ['the last line behind the digits', text.replace('\n-----END', '-----END'), false, false],
  ['white space in the base64', text.replace('U1NIU0lH', 'U1NI U0lH'), false, true],
  ['a NUL in the base64', text.replace('U1NIU0lH', 'U1NI\0U0lH'), false, false],
  ['a PEM header', text.replace('\n', '\nComment: x\n'), false, false],
  ['lines of 77', armour(blob(), 77), false, true],
  ['base64url', armour(blob()).replace(/[+/]/g, (c) => (c === '+' ? '-' : '_')), false, false],
  ['base64 without its padding', armour(blob()).replaceAll('=', ''), false, false],
  ['base64 with more padding', armour(blob()).replace('=', '=='), false, false],
  ['another label', text.replaceAll('SSH SIGNATURE', 'SSH2 SIGNATURE'), false, false],
  ['bytes that are not UTF-8', Buffer.concat([good.subarray(0, 40), Buffer.from([0xff]), good.subarray(41)]), false, false],
  ['binary, without its armour', Buffer.from(blob()), false, false],
];

for (const [what, file, isGood] of ARMOURS) {
  test(`${isGood ? 'good' : 'malformed'}: a file of ${what}`, (t) => {
    const parse = () => parseSignature(Buffer.from(file), 'corte@cotejo');
    if (isGood) t.true(isSignatureOver(parse(), message, nodeEquation));
    else refuses(t, 'signature-malformed', parse);
  });
}

/** The script's own rule: its part between the form of the documents and its first step. */
async function byHand(): Promise<string> {
  const script = await readFile(join(repository(), 'docs/verificar.sh'), 'utf8');
  const rule = script.slice(script.indexOf('\n# La forma'), script.indexOf('\n# 1. '));
  const around = "FIN=$(printf '\\001'); CR=$(printf '\\r'); BASE64='base64 -d'; medir() { BYTES=$(($(wc -c <\"$1\"))); }";
  return `export LC_ALL=C; T=$1; ${around}\n${rule}\nmodelo firma "$FIRMA"; firma f "$2" corte@cotejo "$1/sig" "$1/message"`;
}

withKeygen('the script for checking by hand says of each of these files what is said here, and ssh-keygen no less', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'message'), message);
  await writeFile(join(folder, 'allowed'), `f ${key.publicKey}\n`);
  const rule = await byHand();
  const verify = 'ssh-keygen -Y verify -f allowed -I f -n corte@cotejo -s sig <message';
  const goes = (...command: string[]) => {
    const { status } = spawnSync('sh', ['-c', ...command], { cwd: folder, stdio: 'ignore' });
    return status === 0;
  };
  for (const [what, file, isGood, isGoodForKeygen] of ARMOURS) {
    await writeFile(join(folder, 'sig'), file);
    t.is(goes(verify), isGoodForKeygen, `ssh-keygen: ${what}`);
    t.is(goes(rule, 'sh', folder, key.publicKey), isGood, `the script: ${what}`);
    t.true(isGoodForKeygen || !isGood, what);
  }
});

test('the unchanged blob of these tests is accepted', (t) => {
  t.deepEqual(Buffer.from(armour(blob())), good);
  t.true(isSignatureOver(parseSignature(Buffer.from(armour(blob(), 76)), 'corte@cotejo'), message));
});

test('base64 with stray bits in its last digit is malformed', (t) => {
  const at = text.indexOf('=') - 1;
  t.true(at > 0, 'the blob of these signatures leaves two bits over');
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const stray = digits[digits.indexOf(text[at] as string) + 1] as string;
  const file = text.slice(0, at) + stray + text.slice(at + 1);
  t.deepEqual(Buffer.from(file.split('\n').slice(1, -2).join(''), 'base64'), Buffer.from(blob()), 'lenient readers see the same');
  refuses(t, 'signature-malformed', () => parseSignature(Buffer.from(file), 'corte@cotejo'));
});

test('a blob cut at any byte is malformed', (t) => {
  const whole = blob();
  for (let n = 0; n < whole.length; n++) {
    refuses(t, 'signature-malformed', () => parseSignature(Buffer.from(armour(whole.slice(0, n))), 'corte@cotejo'));
  }
});

test('a length field of 4 GiB is malformed, not an allocation', (t) => {
  const whole = Buffer.from(blob());
  for (const at of [10, 14, 10 + 4 + 51]) {
    const huge = Buffer.from(whole);
    huge.writeUInt32BE(0xffff_ffff, at);
    refuses(t, 'signature-malformed', () => parseSignature(Buffer.from(armour(huge)), 'corte@cotejo'));
  }
});

test('a file at the limit is read, one past it is too large', (t) => {
  refuses(t, 'signature-malformed', () => parseSignature(Buffer.alloc(LIMITS.signatureBytes, 'A'), 'corte@cotejo'));
  refuses(t, 'too-large', () => parseSignature(Buffer.alloc(LIMITS.signatureBytes + 1, 'A'), 'corte@cotejo'));
});

testProp(
  'no change of one byte of a signature file verifies',
  [fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })],
  (t, at, change) => {
    const file = Buffer.from(good);
    file[at] = (file[at] as number) ^ change;
    let verdict = false;
    try {
      verdict = isSignatureOver(parseSignature(file, 'corte@cotejo'), message, nodeEquation);
    } catch {
      refuses(t, 'signature-malformed', () => parseSignature(file, 'corte@cotejo'));
    }
    t.false(verdict);
  },
  { numRuns: 1000 },
);

testProp(
  'a signature comes back as it was made, and is over its message alone',
  [fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...NAMESPACES)],
  (t, one, other, namespace) => {
    const signature = parseSignature(key.signNow(one, namespace), namespace);
    t.is(signature.key, keyOf(key.point));
    t.true(isSignatureOver(signature, one, nodeEquation));
    t.is(isSignatureOver(signature, other, nodeEquation), Buffer.compare(one, other) === 0);
  },
  { numRuns: 50 },
);
