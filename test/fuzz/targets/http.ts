import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpClient, RedirectElsewhere, Transient } from '../../../src/audit/source/http-get.ts';
import { newMemory } from '../../../src/difusor/admission/memory.ts';
import { takeInbox } from '../../../src/difusor/admission/pass.ts';
import { openNode } from '../../../src/difusor/open.ts';
import { ToldError } from '../../../src/format/said.ts';
import { isSameFile, judgeConditions } from '../../../src/serve/web/conditions.ts';
import { rangesOf } from '../../../src/serve/web/ranges.ts';
import { queryOf, segmentsOf } from '../../../src/serve/web/request-target.ts';
import { routeOf } from '../../../src/serve/web/route.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import type { Service } from '../../../src/service/listening.ts';
import { ACUSE_KEY } from '../../kit/acuse-key.ts';
import { makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { configIn } from '../../kit/node.ts';
import { promise, type Target } from '../target.ts';

/** HTTP both ways: what strangers ask of the built-in web server, and what a site answers an auditor. */

const trust = signTrust(makeTrust());
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n';
const WORDS = [
  'GET ',
  'HEAD ',
  ' HTTP/1.1\r\n',
  ' HTTP/1.0\r\n',
  'Host: a\r\n',
  '\r\n\r\n',
  '%2e%2e',
  '%00',
  '%',
  '//',
  '/cotejo/',
  'fases/jornada/',
  '?',
];
const HEADERS = [
  'Range: bytes=0-1,2-',
  'If-Range: "',
  'If-None-Match: W/"',
  'If-Modified-Since: ',
  'Expect: 100-continue',
  'Transfer-Encoding: chunked',
];

/** The parts that are functions of a text: the target, ranges, conditions. Lines of the input are their arguments. */
export const httpParts: Target = {
  seeds: ['/index.html\nbytes=0-9\n"a"\nSun, 01 Jul 2018 20:00:00 GMT', '/cotejo/fases/jornada/%C3%A1?x\nbytes=-5\nW/"a", *\n'].map(
    (text) => Buffer.from(text),
  ),
  words: [...WORDS, 'bytes=', '-', ',', '"a"', 'W/"a"', '*', '99999999999999999999'],
  most: 9000,
  take(bytes) {
    const [target = '', range, tag, hour] = Buffer.from(bytes).toString('latin1').split('\n');
    const segments = segmentsOf(target);
    promise(
      segments === null || segments.every((one) => one !== '..' && !one.includes('/') && !one.includes('\0')),
      'no segment climbs',
    );
    promise(typeof queryOf(target) === 'string', 'a query is a text');
    routeOf(target, trust.document.phases, NOW);
    const validators = { etag: '"a"', modified: Date.parse('2018-07-01T20:00:00Z') };
    const ranges = rangesOf(range, 1000);
    if (Array.isArray(ranges))
      promise(
        ranges.every(({ start, end }) => start >= 0 && start <= end && end < 1000),
        'a range is within its file',
      );
    const given = [
      ['if-none-match', tag],
      ['if-match', tag],
      ['if-modified-since', hour],
      ['if-unmodified-since', hour],
    ] as const;
    for (const [name, value] of given) if (value !== undefined) judgeConditions({ [name]: value }, validators);
    isSameFile(tag, validators);
  },
};

/** A node with one corte, served in this process as long as it lives. */
async function served(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-fuzz-web-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const config = await configIn(folder, trust);
  mkdirSync(config.inbox);
  await writeDelivery(config.inbox, makeCorte({ trust, files: publicationOf(1), takenAt: at(NOW - 60_000) }));
  await takeInbox(await openNode(config, { now: () => NOW, acuseKey: ACUSE_KEY }), newMemory());
  const site = openSite(config, { now: () => NOW, tell: () => {} });
  return startWeb(site, { host: '127.0.0.1', port: 0 });
}

export async function httpRequests(): Promise<Target> {
  const service = await served();
  const { port } = service.address;
  return {
    seeds: [
      `${REQUEST}\r\n`,
      `${REQUEST}Range: bytes=0-9\r\nIf-None-Match: "x"\r\n\r\n`,
      'HEAD /cotejo/chain/index.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      `${REQUEST}\r\n${REQUEST}\r\n`,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'GET /actas/0000%20b%C3%A1sica.jpg HTTP/1.0\r\n\r\n',
    ].map((text) => Buffer.from(text)),
    words: [...WORDS, ...HEADERS],
    most: 20_000,
    async take(bytes) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      const parts: Buffer[] = [];
      socket.on('data', (part) => parts.push(part));
      socket.end(bytes);
      await once(socket, 'close');
      const answer = Buffer.concat(parts).toString('latin1');
      promise(answer === '' || answer.startsWith('HTTP/1.1 '), 'what comes back is an answer');
      promise(!answer.startsWith('HTTP/1.1 500'), 'no request is a failure of the server');
    },
    end: () => service.close(),
  };
}

export async function httpAnswers(): Promise<Target> {
  let next: Uint8Array = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(next));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    seeds: [
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 301 Moved\r\nLocation: https://other.example/\r\n\r\n',
      'HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/9\r\nContent-Encoding: gzip\r\n\r\nhello',
    ].map((text) => Buffer.from(text)),
    words: [
      'HTTP/1.1 ',
      '302 ',
      '503 ',
      'Location: ',
      '\r\n',
      '\r\n\r\n',
      'Content-Length: ',
      'Transfer-Encoding: chunked',
      'Set-Cookie: ',
      '//',
      'http://[',
    ],
    most: 8192,
    async take(bytes) {
      next = bytes;
      const client = httpClient(2, { stall: 1000, slowest: 1, tries: 1, pause: 1 });
      let came = 0;
      try {
        const answer = await client.get(new URL(`http://127.0.0.1:${port}/a/`));
        for await (const part of answer.body) came += part.length;
      } catch (error) {
        const kind = (error as Error).constructor;
        if (kind !== Error && kind !== ToldError && kind !== Transient && kind !== RedirectElsewhere) throw error;
      } finally {
        client.close();
      }
      promise(came <= bytes.length, 'no more comes than was sent');
    },
    end: () => void server.close(),
  };
}
