import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type Bucket, openBucket } from '../../../src/espejo/bucket/bucket.ts';
import type { Patience } from '../../../src/espejo/bucket/patience.ts';
import { Trouble } from '../../../src/espejo/trouble.ts';
import { hashOf } from '../../../src/format/hash.ts';
import { PATIENCE } from '../../kit/copying.ts';
import { KEYS } from '../../kit/s3.ts';

/** What a store may do with one request. */

async function bucketOf(t: ExecutionContext, answer: RequestListener, patience: Patience = PATIENCE): Promise<Bucket> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const config = { endpoint, region: 'us-east-1', bucket: 'prep', addressing: 'path', connections: 8 } as const;
  const bucket = openBucket(config, () => Promise.resolve(KEYS), new AbortController().signal, patience);
  t.teardown(() => {
    bucket.close();
    server.closeAllConnections();
    server.close();
  });
  return bucket;
}

test('what comes slowly, but does come, is waited for by its size', async (t) => {
  const STALL = 1000;
  const list = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
  const bucket = await bucketOf(
    t,
    (request, response) => {
      const body = (request.url ?? '').includes('?') ? list : 'x'.repeat(100);
      const trickle = async () => {
        // Never silent for long, and longer as a whole than silence may last.
        for (let i = 0; i < 30 && !response.destroyed; i++) {
          response.write(body.slice(i, i + 1));
          await sleep(STALL / 20);
        }
        response.end(body.slice(30));
      };
      void trickle();
    },
    // Tried often: on a busy machine this side may be the silent one.
    { ...PATIENCE, stall: STALL, slowest: 10, tries: 10 },
  );
  const [hash, bytes, listing] = await Promise.all([bucket.hash('a', 100), bucket.get('a', 100), bucket.list('')]);
  t.is(hash, hashOf(Buffer.from('x'.repeat(100))));
  t.is(bytes?.length, 100);
  t.deepEqual(listing.objects, []);
});

test('what is longer than it may be has a code of its own, and is not the content that was asked for', async (t) => {
  const bucket = await bucketOf(t, (_, response) => response.end('x'.repeat(101)));
  t.is((await t.throwsAsync(bucket.get('a', 100), { instanceOf: Trouble }))?.code, 'too-long');
  t.is(await bucket.hash('a', 100), null);
});

test('an answer that passes is asked for again; an odd one is never "nothing there"', async (t) => {
  const odd = [408, 409, 425];
  const passing = await bucketOf(t, (_, response) => {
    response.statusCode = odd.shift() ?? 200;
    response.end('x');
  });
  t.is(String(await passing.get('a', 100)), 'x');
  for (const status of [204, 302, 400, 412]) {
    const bucket = await bucketOf(t, (_, response) => {
      response.statusCode = status;
      response.end();
    });
    t.is((await t.throwsAsync(bucket.get('a', 100), { instanceOf: Trouble }))?.code, 'store-failed', String(status));
    t.is((await t.throwsAsync(bucket.hash('a', 100), { instanceOf: Trouble }))?.code, 'store-failed', String(status));
  }
});
