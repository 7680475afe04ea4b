import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encodeSignature, isSignatureOver, type Namespace, parseSignature } from '../../src/format/sshsig.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';
import { requires } from '../kit/requires.ts';

const NAMESPACES: Namespace[] = ['trust@cotejo', 'corte@cotejo', 'acuse@cotejo'];
const key = makeKey('sshsig');
const message = Buffer.from('{"a": "corte"}\n');
const good = key.signNow(message, 'corte@cotejo');

const withKeygen = requires('openssh-client', ['ssh-keygen']);

withKeygen('what ssh-keygen signs is read and verified here, and ours is the same to the byte', async (t) => {
  const folder = await makeFolder(t);
  await writePrivateKey(key, join(folder, 'id'));
  for (const [i, size] of [0, 1, 63, 64, 65_536].entries()) {
    const namespace = NAMESPACES[i % 3] as Namespace;
    const path = join(folder, `message-${size}`);
    const bytes = Buffer.alloc(size, 'ñ');
    await writeFile(path, bytes);
    execFileSync('ssh-keygen', ['-Y', 'sign', '-f', join(folder, 'id'), '-n', namespace, path], { stdio: 'pipe' });
    const file = await readFile(`${path}.sig`);
    const signature = parseSignature(file, namespace);
    t.is(signature.key, key.publicKey);
    t.true(isSignatureOver(signature, bytes));
    t.true(isSignatureOver(signature, bytes, nodeEquation));
    t.deepEqual(Buffer.from(encodeSignature(key.point, namespace, signature.raw)), file);
    t.deepEqual(Buffer.from(await key.sign(bytes, namespace)), file, 'Ed25519 is deterministic');
  }
});

withKeygen('what is signed here ssh-keygen verifies, and refuses over other bytes or in another namespace', async (t) => {
  const folder = await makeFolder(t);
  const allowed = join(folder, 'allowed_signers');
  await writeFile(allowed, `firma-1 namespaces="corte@cotejo" ${key.publicKey}\n`);
  const signature = join(folder, 'corte.json.sig');
  const verify = (namespace: string, input: Buffer) =>
    execFileSync('ssh-keygen', ['-Y', 'verify', '-f', allowed, '-I', 'firma-1', '-n', namespace, '-s', signature], {
      input,
      stdio: 'pipe',
    });
  await writeFile(signature, good);
  t.notThrows(() => verify('corte@cotejo', message));
  t.throws(() => verify('corte@cotejo', Buffer.from('other')));
  t.throws(() => verify('trust@cotejo', message));
});

withKeygen('a signature made with sha256, or by a key of another type, is another form', async (t) => {
  const folder = await makeFolder(t);
  await writePrivateKey(key, join(folder, 'id'));
  await writeFile(join(folder, 'a'), message);
  const sign = (id: string, ...options: string[]) =>
    execFileSync('ssh-keygen', ['-Y', 'sign', '-f', join(folder, id), '-n', 'corte@cotejo', ...options, join(folder, 'a')], {
      stdio: 'pipe',
    });
  sign('id', '-O', 'hashalg=sha256');
  const other = await readFile(join(folder, 'a.sig'));
  refuses(t, 'signature-malformed', () => parseSignature(other, 'corte@cotejo'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', join(folder, 'ecdsa')]);
  sign('ecdsa');
  const ecdsa = await readFile(join(folder, 'a.sig'));
  refuses(t, 'signature-malformed', () => parseSignature(ecdsa, 'corte@cotejo'));
});

test('a signature of one namespace does not count in another, even with the name changed', (t) => {
  for (const namespace of NAMESPACES.filter((n) => n !== 'corte@cotejo')) {
    refuses(t, 'signature-malformed', () => parseSignature(good, namespace));
    const renamed = encodeSignature(key.point, namespace, parseSignature(good, 'corte@cotejo').raw);
    t.false(isSignatureOver(parseSignature(renamed, namespace), message));
  }
});

test('a signature does not count for another key, even if it names that key', (t) => {
  const other = makeKey('another');
  const claimed = encodeSignature(other.point, 'corte@cotejo', parseSignature(good, 'corte@cotejo').raw);
  const signature = parseSignature(claimed, 'corte@cotejo');
  t.is(signature.key, other.publicKey);
  t.false(isSignatureOver(signature, message));
});

test('a malleated signature is well formed and does not verify', (t) => {
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const { raw } = parseSignature(good, 'corte@cotejo');
  const s = BigInt(`0x${Buffer.from(raw.slice(32)).reverse().toString('hex')}`) + L;
  const malleated = Buffer.concat([raw.slice(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()]);
  t.false(isSignatureOver(parseSignature(encodeSignature(key.point, 'corte@cotejo', malleated), 'corte@cotejo'), message));
});

test('the universal signature of a low-order key is malformed, for such a key is no key', (t) => {
  const identity = Buffer.alloc(32);
  identity[0] = 1;
  const universal = encodeSignature(identity, 'corte@cotejo', Buffer.concat([identity, Buffer.alloc(32)]));
  refuses(t, 'signature-malformed', () => parseSignature(universal, 'corte@cotejo'));
});
