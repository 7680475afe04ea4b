import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { readPackage } from '../../../src/chain/package-reader.ts';
import { parseManifest } from '../../../src/format/manifest.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { parseStatement } from '../../../src/format/statement.ts';
import { MemberJudge } from '../../../src/verdict/members.ts';
import { makeChain } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { gzip, tarOf } from '../../kit/tar.ts';
import { chosen, orNullLater, promise, seed, type Target } from '../target.ts';

/** The package of a corte whose statement is honest: gzip, tar and members as the owner of a signing key may make them. */

const cortes = makeChain(2, { trust: signTrust(makeTrust()) });
const stated = cortes.map((corte, i) => ({
  statement: parseStatement(corte.files['corte.json']),
  manifest: parseManifest(corte.files.SHA256SUMS),
  previous: i === 0 ? [] : parseManifest(cortes[0]?.files.SHA256SUMS as Buffer),
  content: corte.content,
}));
const honest = cortes.map((corte) => corte.files['corte.tar.gz']);
const tarred = tarOf([{ name: 'index.html', content: Buffer.from('a page') }]);

/** Bit 0 of the first byte: whether the input is the archive, to be compressed here; bit 1: which corte. */
export const pack: Target = {
  seeds: [
    ...honest.map((bytes, i) => seed(2 * i, bytes)),
    ...honest.map((bytes, i) => seed(2 * i + 1, gunzipSync(bytes))),
    seed(1, tarred),
  ],
  words: [
    'ustar\u000000',
    'ustar  \0',
    'path=',
    '30 path=index.html\n',
    'GNU.sparse.map=',
    'index.html',
    '0000644\0',
    '5',
    'x',
    'L',
    '\u001f\u008b',
  ],
  most: 65_536,
  async take(bytes) {
    const { one, rest } = chosen(bytes, [0, 1, 2, 3]);
    const { statement, manifest, previous, content } = stated[one >> 1] as (typeof stated)[0];
    const judge = new MemberJudge(statement, manifest, previous);
    const packed = one & 1 ? gzip(Buffer.from(rest)) : rest;
    const came = new Map<string, number>();
    const halves = [packed.subarray(0, packed.length >> 1), packed.subarray(packed.length >> 1)];
    const done = await orNullLater(async () => {
      await readPackage(Readable.from(halves), judge, ({ path }, size) => {
        promise(size <= statement.package.content_bytes, 'no member is larger than what was stated');
        let bytesOf = 0;
        return {
          write(chunk) {
            bytesOf += chunk.length;
            promise(bytesOf <= size, 'no member is longer than it says');
          },
          end: () => void came.set(path, bytesOf),
          abort() {},
        };
      });
      return true;
    }, Refusal);
    if (done) for (const [path, size] of came) promise(content[path]?.length === size, 'what was taken is what was signed');
  },
};
