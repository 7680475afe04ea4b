import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSelloFile, selloFile } from '../../../src/format/sello.ts';
import { readSellar } from '../../../src/iec/sellar/estado.ts';
import { hourIn, isOfSha256 } from '../../../src/sello/hour.ts';
import { whyNotGood } from '../../../src/sello/not-good.ts';
import { isOlder, listIn, saysAllOf, takesAway } from '../../../src/sello/revocation.ts';
import { chosen, promise, seed, type Target } from '../target.ts';

/** What openssl prints of a stranger's token, its complaints, names of files, and the record of a killed process. */

const folder = mkdtempSync(join(tmpdir(), 'cotejo-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const READERS: readonly ((bytes: Uint8Array) => unknown)[] = [
  (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    const at = hourIn(text);
    promise(at === null || Number.isInteger(at), 'an hour is a whole number of milliseconds');
    return isOfSha256(text);
  },
  (bytes) => {
    const list = listIn(Buffer.from(bytes).toString('latin1'));
    if (list === null) return;
    promise(takesAway(list, '02', Number.MAX_SAFE_INTEGER) === list.entries.has('2'), 'what is on the list seals no more');
    promise(!isOlder(list, list) && saysAllOf(list, list), 'a list is as old as itself, and says the same');
  },
  (bytes) => promise(whyNotGood(Buffer.from(bytes).toString()).code !== undefined, 'what is not good has a code'),
  (bytes) => {
    const file = Buffer.from(bytes).toString();
    const name = parseSelloFile(file);
    promise(name === null || selloFile(name) === file, 'a name that is read is written so');
  },
  (bytes) => {
    writeFileSync(join(folder, 'sellar.json'), bytes);
    return readSellar(folder);
  },
];

export const sellos: Target = {
  seeds: [
    seed(0, 'Version: 1\nHash Algorithm: sha256\nTime stamp: Jul  2 06:00:00.25 2018 GMT\n'),
    seed(
      1,
      '        Issuer: CN = root\n        Last Update: Jul  2 06:00:00 2018 GMT\n    Serial Number: 02\n        Revocation Date: Jul  2 06:00:00 2018 GMT\n            X509v3 CRL Reason Code: \n                Superseded\n',
    ),
    seed(
      2,
      'error:17800064:time stamp routines:ts_verify_cert:certificate verify error:x.c:188:Verify error:certificate has expired\n',
    ),
    seed(3, '000037.uno.tsr'),
    seed(4, '{"phase":"jornada","at":"2018-07-01T20:30:00-05:00","head":3,"autoridades":[]}'),
    seed(4, '{"phase":"jor'),
  ],
  words: [
    'Time stamp: ',
    'GMT',
    '\n',
    'Serial Number: ',
    'Revocation Date: ',
    'Verify error:',
    '.tsr',
    '"autoridades"',
    'null',
    '99999999999',
  ],
  most: 4096,
  take(bytes) {
    const { one, rest } = chosen(bytes, READERS);
    return one(rest) as void | Promise<void>;
  },
};
