import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { argv } from 'node:process';

/**
 * An object store in memory that answers at once, in a process of its own: what `cotejo espejo` asks of S3 and no more, no
 * signature looked at. With a real server the seconds would be the server's.
 *
 *   plain-store HOST PORT
 */

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly at: Date;
}

const objects = new Map<string, Stored>();
const MOST = 1000;
const [, , host = '127.0.0.1', port = '9000'] = argv;

function put(key: string, bytes: Buffer): Stored {
  const stored = { bytes, etag: `"${createHash('md5').update(bytes).digest('hex')}"`, at: new Date() };
  objects.set(key, stored);
  return stored;
}

function list(query: URLSearchParams): string {
  const [prefix, delimiter, marker] = ['prefix', 'delimiter', 'marker'].map((name) => query.get(name) ?? '');
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix!)).sort();
  if (delimiter) {
    const folders = new Set(
      keys.map((key) => key.slice(0, key.indexOf(delimiter, prefix!.length) + 1)).filter((one) => one !== ''),
    );
    const prefixes = [...folders].map((one) => `<CommonPrefixes><Prefix>${encodeURIComponent(one)}</Prefix></CommonPrefixes>`);
    return `<ListBucketResult><EncodingType>url</EncodingType>${prefixes.join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`;
  }
  const left = keys.filter((key) => key > marker!);
  const contents = left.slice(0, MOST).map((key) => {
    const { etag, bytes, at } = objects.get(key)!;
    return `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${at.toISOString()}</LastModified><ETag>${etag}</ETag><Size>${bytes.length}</Size></Contents>`;
  });
  return `<ListBucketResult><EncodingType>url</EncodingType>${contents.join('')}<IsTruncated>${left.length > MOST}</IsTruncated></ListBucketResult>`;
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://store/');
  const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const from = request.headers['x-amz-copy-source'];
    if (request.method === 'PUT' && from !== undefined) {
      const source = objects.get(decodeURIComponent(String(from)).split('/').slice(2).join('/'));
      const { etag } = put(key, source?.bytes ?? Buffer.alloc(0));
      response.end(`<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>`);
    } else if (request.method === 'PUT') response.writeHead(200, { etag: put(key, Buffer.concat(parts)).etag }).end();
    else if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (key === '') response.end(list(url.searchParams));
    else {
      const found = objects.get(key);
      if (found) response.writeHead(200, { etag: found.etag }).end(found.bytes);
      else response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    }
  });
}).listen(Number(port), host, () => console.log('ready'));
