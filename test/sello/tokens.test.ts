import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { hourIn } from '../../src/sello/hour.ts';
import type { SelloCode } from '../../src/sello/not-good.ts';
import { isOlder, listIn, saysAllOf, takesAway } from '../../src/sello/revocation.ts';
import { openTokens, type Tokens } from '../../src/sello/tokens.ts';
import { type Authority, makeAuthority } from '../kit/authority.ts';
import { sh } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';

/** A token proves an hour of these bytes, by this authority, or it is told what it is. */

const withOpenssl = requires('openssl', ['openssl']);
const bytes = Buffer.from('{"type": "cotejo/corte"}\n');
const corte = createHash('sha256').update(bytes).digest('hex');
const other = createHash('sha256').update('other').digest('hex');
let [authority, stranger, ended]: Authority[] = [];
let tokens: Tokens;

test.before(async () => {
  [authority, stranger, ended] = [
    await makeAuthority(),
    await makeAuthority(),
    await makeAuthority(['20200101000000Z', '20200102000000Z']),
  ];
  tokens = await openTokens();
});
test.after.always(() => tokens?.close());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'good',
    (error: { code?: SelloCode }) => error.code,
  );
/** A TLV of ASN.1. */
const tlv = (tag: number, ...content: Uint8Array[]) => {
  const body = Buffer.concat(content);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};

withOpenssl('a token that was just given is good, for these bytes alone, and as of its own hour', async (t) => {
  const query = await tokens.query(corte);
  const answer = await authority!.answer(query);
  const before = Date.now();
  const { at } = await tokens.checkAnswer(answer, query, authority!.certificates);
  t.true(Math.abs(at - before) < 60_000);
  t.deepEqual(await tokens.check(answer, corte, authority!.certificates), { at });
  t.is(await codeOf(tokens.check(answer, other, authority!.certificates)), 'other-hash');
  t.is(await codeOf(tokens.check(answer, corte, stranger!.certificates)), 'certificate-unknown');
  t.is(await codeOf(tokens.checkAnswer(answer, await tokens.query(corte), authority!.certificates)), 'other-nonce');
  t.is(await codeOf(tokens.checkAnswer(answer, await tokens.query(other), authority!.certificates)), 'other-hash');
});

withOpenssl('two queries for one corte are never the same', async (t) => {
  t.notDeepEqual(await tokens.query(corte), await tokens.query(corte));
});

withOpenssl('what is no token is told as that', async (t) => {
  const good = await authority!.stamp(bytes);
  const check = (answer: Uint8Array) => codeOf(tokens.check(answer, corte, authority!.certificates));
  for (const answer of ['', '<!DOCTYPE html><title>Mantenimiento</title>', randomBytes(500), good.subarray(0, 700)]) {
    t.is(await check(Buffer.from(answer)), 'not-a-token');
  }
  t.is(await check(Buffer.concat([good, Buffer.alloc(70_000)])), 'not-a-token');
  t.is(await check(await authority!.answer(Buffer.from('no query'))), 'rejected');
  // The last byte is of the signature.
  const spoiled = Buffer.from(good);
  spoiled[spoiled.length - 1] = spoiled.at(-1)! ^ 1;
  t.is(await check(spoiled), 'bad-signature');
});

withOpenssl('a certificate that has ended is good for nothing now', async (t) => {
  const query = await tokens.query(corte);
  t.is(await codeOf(tokens.checkAnswer(await ended!.answer(query), query, ended!.certificates)), 'certificate-ended');
});

withOpenssl('the unsigned words of an answer give no hour', async (t) => {
  const good = await authority!.stamp(bytes);
  t.is(good.subarray(4, 9).toString('hex'), '3003020100'); // status granted, and nothing said
  const words = 'hecho\nTime stamp: Jul  2 01:00:00 2018 GMT\nHash Algorithm: sha256\n';
  const status = tlv(0x30, Buffer.from([2, 1, 0]), tlv(0x30, tlv(0x0c, Buffer.from(words))));
  const answer = tlv(0x30, status, good.subarray(9));
  const { at } = await tokens.check(answer, corte, authority!.certificates);
  t.true(Date.now() - at < 600_000);
});

withOpenssl('nothing of this machine vouches for an authority: without its certificates nothing does', async (t) => {
  const none = join(await makeFolder(t), 'none.pem');
  await writeFile(none, '');
  t.not(await codeOf(tokens.check(await authority!.stamp(bytes), corte, none)), 'good');
});

withOpenssl('nothing is left of a check, nor of the whole', async (t) => {
  const within = await makeFolder(t);
  const own = await openTokens(within);
  const [folder = ''] = await readdir(within);
  await codeOf(own.check(await authority!.stamp(bytes), other, authority!.certificates));
  t.deepEqual(await readdir(join(within, folder)), []);
  await own.close();
  t.deepEqual(await readdir(within), []);
});

withOpenssl('a token is as good as it was when its certificate has ended since', async (t) => {
  const kept = join(repository(), 'test/sello/ended'); // its certificate ended seconds after
  const token = await readFile(join(kept, 'token.tsr'));
  const { at } = await tokens.check(token, corte, join(kept, 'root.pem'));
  t.is(new Date(at).toISOString(), '2026-11-29T06:49:06.000Z');
  const plain = await sh(`openssl ts -verify -digest ${corte} -in token.tsr -CAfile root.pem`, kept);
  t.not(plain.status, 0);
  t.regex(plain.stderr, /certificate has expired/);
});

withOpenssl('a certificate that was revoked: what it signed before stands only if the reason is harmless', async (t) => {
  const folder = await makeFolder(t);
  const within = async (name: string, pem: string) => {
    await writeFile(join(folder, name), pem);
    return join(folder, name);
  };
  for (const [reason, before] of [
    ['superseded', 'good'],
    ['keyCompromise', 'certificate-revoked'],
    [null, 'certificate-revoked'], // RFC 3161, 4.1
  ] as const) {
    const revoking = await makeAuthority();
    const early = await revoking.stamp(bytes);
    const none = await within(`${reason}-none.pem`, revoking.pem + revoking.revocations('nothing'));
    t.is(await codeOf(tokens.check(early, corte, none)), 'good');
    // An hour of the list is told in whole seconds.
    const second = (await tokens.check(early, corte, none)).at;
    while (Date.now() < second + 1100) await new Promise((resolve) => setTimeout(resolve, 50));
    const listed = await within(`${reason}.pem`, revoking.pem + revoking.revocations('itself', reason));
    t.is(await codeOf(tokens.check(early, corte, listed)), before, String(reason));
    t.is(await codeOf(tokens.check(await revoking.stamp(bytes), corte, listed)), 'certificate-revoked', String(reason));
    const query = await tokens.query(corte);
    t.is(await codeOf(tokens.checkAnswer(await revoking.answer(query), query, listed)), 'certificate-revoked', String(reason));
  }
});

withOpenssl('of several lists of one issuer each is asked, in whatever order they stand', async (t) => {
  const folder = await makeFolder(t);
  const revoking = await makeAuthority();
  const token = await revoking.stamp(bytes);
  const lists = [revoking.revocations('nothing'), revoking.revocations('itself')];
  for (const order of [lists, lists.toReversed()]) {
    const file = join(folder, 'all.pem');
    await writeFile(file, revoking.pem + order.join(''));
    t.is(await codeOf(tokens.check(token, corte, file)), 'certificate-revoked');
  }
});

withOpenssl('where the certificate between it and the root is revoked, a token is good for nothing', async (t) => {
  const folder = await makeFolder(t);
  const chained = await makeAuthority(undefined, true);
  const token = await chained.stamp(bytes);
  const file = join(folder, 'all.pem');
  for (const [list, code] of [
    ['', 'good'],
    [chained.revocations('nothing'), 'good'],
    [chained.revocations('middle', 'CACompromise'), 'certificate-revoked'],
  ] as const) {
    await writeFile(file, chained.pem + list);
    t.is(await codeOf(tokens.check(token, corte, file)), code);
  }
});

withOpenssl('a list that can not be evaluated is told, and is not taken for one without a revocation', async (t) => {
  const folder = await makeFolder(t);
  const token = await authority!.stamp(bytes);
  const list = authority!.revocations('nothing');
  const [, body = ''] = list.split('-----\n');
  for (const bad of [
    stranger!.revocations('nothing'), // in the name of the same root, by another key
    list.replace(body.slice(80, 90), 'AAAAAAAAAA'),
    list.replace(body.slice(80, 90), '-not base64-'),
    list.replace('-----END X509 CRL-----', ''),
  ]) {
    const file = join(folder, 'all.pem');
    await writeFile(file, authority!.pem + bad);
    t.is(await codeOf(tokens.check(token, corte, file)), 'list-unusable', bad);
  }
});

const listOf = (reason: string, head = '') =>
  listIn(`Certificate Revocation List (CRL):
        Issuer: CN = root
        Last Update: Jul  2 07:00:00 2018 GMT
${head}Revoked Certificates:
    Serial Number: 02AB
        Revocation Date: Jul  2 06:00:00 2018 GMT
${reason}    Serial Number: 03
        Revocation Date: Jul  1 06:00:00 2018 GMT
`)!;
const reasonTold = (reason: string) =>
  `        CRL entry extensions:\n            X509v3 CRL Reason Code: \n                ${reason}\n`;

test('what a revocation list says of one certificate', (t) => {
  const [before, after] = [Date.parse('2018-07-02T05:59:59Z'), Date.parse('2018-07-02T06:00:00Z')];
  for (const harmless of ['Unspecified', 'Superseded', 'Cessation Of Operation'].map(reasonTold)) {
    t.false(takesAway(listOf(harmless), '2AB', before), harmless);
    t.true(takesAway(listOf(harmless), '02ab', after), harmless);
  }
  for (const bad of ['', ...['Key Compromise', 'CA Compromise', 'Certificate Hold', 'Something New'].map(reasonTold)]) {
    t.true(takesAway(listOf(bad), '02AB', before), bad);
  }
  t.false(takesAway(listOf(''), '04', after));
});

test('which of two revocation lists is the older one, and whether one says what the other said', (t) => {
  const numbered = (number: string) => `        CRL extensions:\n            X509v3 CRL Number: \n                ${number}\n`;
  const list = listOf('', numbered('0x1F'));
  t.is(list.number, 31n);
  t.true(isOlder({ ...list, updated: list.updated! - 1 }, list));
  t.true(isOlder({ ...list, updated: null }, list));
  t.true(isOlder(listOf('', numbered('30')), list));
  t.false(isOlder(list, list));
  t.false(isOlder({ ...list, number: null }, list));
  t.false(isOlder({ ...list, updated: 0, issuer: 'CN = other' }, list));
  t.true(saysAllOf(list, list));
  t.true(saysAllOf(list, { ...list, entries: new Map() }));
  t.false(saysAllOf({ ...list, entries: new Map() }, list));
  t.false(saysAllOf(listOf(reasonTold('Superseded')), list));
  t.false(saysAllOf({ ...list, issuer: 'CN = other' }, list));
});

test('a list that is no plain one of its issuer is told from the others', (t) => {
  const extension = (text: string) => `        CRL extensions:\n            ${text}\n                ?\n`;
  for (const plain of ['X509v3 CRL Number: ', 'X509v3 Issuing Distribution Point: critical', 'Something New: ']) {
    t.true(listOf('', extension(plain)).isPlain, plain);
  }
  for (const other of [
    'X509v3 Delta CRL Indicator: critical',
    'X509v3 Issuing Distribution Point: critical\n                Indirect CRL',
    'Something New: critical',
  ]) {
    t.false(listOf('', extension(other)).isPlain, other);
  }
  t.is(listIn('no list'), null);
});

test('the hour of a token, with and without parts of a second', (t) => {
  t.is(hourIn('Version: 1\nTime stamp: Jul  2 06:00:00 2018 GMT\n'), Date.parse('2018-07-02T06:00:00Z'));
  t.is(hourIn('Time stamp: Nov 29 06:38:59.25 2026 GMT\n'), Date.parse('2026-11-29T06:38:59.250Z'));
  for (const text of [
    '',
    'Time stamp: bad time value',
    'TSA: Time stamp: Jul  2 06:00:00 2018 GMT',
    'Time stamp: Xyz  2 06:00:00 2018 GMT',
  ]) {
    t.is(hourIn(text), null);
  }
});
