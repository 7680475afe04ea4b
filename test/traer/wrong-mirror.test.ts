import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { traerRooms } from '../../src/difusor/setup/config.ts';
import type { FaultKind } from '../../src/traer/conduct.ts';
import { type Corte, makeChain, makeCorte, publicationOf } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import type { Answering } from '../kit/web.ts';
import { endless, makeMirror, type TestMirror } from './mirror.ts';
import { traerAlone } from './stage.ts';

/** A mirror that does wrong is told as what it did, and nothing that it gave is delivered. */

const trust = signTrust(makeTrust());

const noise = randomBytes(2_000_000);
/** Of a package that comes in several pieces. */
const large = makeCorte({ trust, files: { ...publicationOf(1), 'acta.jpg': noise } });

/** A mirror that does wrong, and what is said of it; a good one beside it that the node lives from. */
function wrong(title: string, expected: FaultKind, make: (mirror: TestMirror) => void): void {
  test.serial(title, async (t) => {
    const mirror = await makeMirror(t, [trust], [large]);
    make(mirror);
    const stage = await traerAlone(t, trust, [mirror]);
    const event = await stage.until((one) => one.event === 'mirror');
    t.like(event, { mirror: mirror.url.host, fault: expected });
    await stage.stop();
    t.deepEqual(await readdir(traerRooms(stage.config).inbox), [], 'nothing of it was delivered');
    t.like(await stage.status(), { mirrors: [{ fault: { kind: expected } }] });
  });
}

const at = (wanted: string, what: Answering | Uint8Array) => (mirror: TestMirror) => {
  mirror.instead = (path) => (path.endsWith(wanted) ? what : null);
};
const page: Answering = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>no</html>');
const other = makeChain(1, { trust: signTrust(makeTrust({ election: 'sonora-2018' })) })[0] as Corte;
const unsigned = Buffer.from(large.files['corte.json'].toString().replace('"final": false', '"final": true'));
const length = large.statement.package.bytes;
/** Of the right length, and it unpacks: what comes after its end is passed over. */
const forged = Buffer.concat([gzipSync('other results'), Buffer.alloc(length)]).subarray(0, length);

wrong("another election's chain", 'unusable', (mirror) => {
  mirror.cortes.splice(0, 1, other);
});
wrong('a statement that nobody signed, with nothing to compare it with', 'unusable', at('/corte.json', unsigned));
wrong('a signature of nobody', 'unusable', at('.sig', page));
wrong('a page in the place of the statement', 'unusable', at('/corte.json', page));
wrong('a statement that was cut on the way', 'unusable', at('/corte.json', unsigned.subarray(0, 100)));
wrong('a list of other files', 'unusable', at('SHA256SUMS', Buffer.from('x'.repeat(large.statement.manifest.bytes))));
wrong('a package made of other files, or of a disowned corte', 'unusable', at('.tar.gz', forged));
wrong(
  'a package that a disk lost the end of',
  'unusable',
  at('.tar.gz', Buffer.concat([large.files['corte.tar.gz'].subarray(0, 9000), Buffer.alloc(length - 9000)])),
);
wrong('a longer package, of another time', 'unusable', at('.tar.gz', Buffer.concat([forged, forged])));
wrong('a shorter package, of another time', 'unusable', at('.tar.gz', forged.subarray(0, 5000)));
wrong(
  'a package shorter than the part that is asked for',
  'unusable',
  at('.tar.gz', (_, response) => {
    response.writeHead(416, { 'content-range': 'bytes */5000' }).end();
  }),
);
wrong(
  'a denial',
  'unreachable',
  at('.tar.gz', (_, response) => response.writeHead(451).end('<html>no</html>')),
);
wrong('a pointer past the chain', 'withholds', (mirror) => {
  mirror.cortes.splice(0, 1);
  mirror.claims = 9;
});
wrong('a page in the place of the pointer', 'unreachable', at('ultimo.json', page));
wrong('an endless pointer', 'unreachable', at('ultimo.json', endless));
wrong('an endless statement', 'unusable', at('/corte.json', endless));
wrong('an endless package', 'unreachable', at('.tar.gz', endless));
wrong(
  'a package that stops in the middle',
  'unreachable',
  at('.tar.gz', (_, response) => {
    response
      .writeHead(206, { 'content-range': `bytes 0-262143/${length}`, 'content-length': 262_144 })
      .write('x', () => response.destroy());
  }),
);
wrong(
  'a part that was not asked for',
  'unreachable',
  at('.tar.gz', (_, response) => {
    response.writeHead(206, { 'content-range': `bytes 5-9/${length}` }).end('xxxxx');
  }),
);
wrong(
  'a compressed answer',
  'unreachable',
  at('/corte.json', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'br' }).end('x');
  }),
);
wrong(
  'a server in trouble',
  'unreachable',
  at('ultimo.json', (_, response) => response.writeHead(500).end()),
);
