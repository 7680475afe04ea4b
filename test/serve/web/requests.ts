/**
 * What browsers, proxies, scripts and strangers send, as it is on the wire: asked of nginx and of the built-in server
 * over the same folder, and compared. `{etag}` and `{modified}` stand for what that server sent for `/`. Lines end with
 * CRLF and the head with an empty line unless the request does that itself.
 */
export interface RawRequest {
  readonly name: string;
  /** request line and headers; a `Host` and `Connection: close` are added where `bare` is not set */
  readonly lines: readonly string[];
  readonly bare?: boolean;
  /** where the built-in server deliberately answers otherwise than nginx: its status, and why */
  readonly otherwise?: { readonly status: number; readonly why: string };
}

const get = (target: string, ...headers: string[]): RawRequest => ({
  name: [target.length > 60 ? `${target.slice(0, 20)}… (${target.length})` : target, ...headers].join(' | '),
  lines: [`GET ${target} HTTP/1.1`, ...headers],
});
const other = (method: string, target: string, ...headers: string[]): RawRequest => ({
  name: [method, target, ...headers].join(' '),
  lines: [`${method} ${target} HTTP/1.1`, ...headers],
});
const bare = (name: string, ...lines: string[]): RawRequest => ({ name, lines, bare: true });
const but = (request: RawRequest, status: number, why: string): RawRequest => ({ ...request, otherwise: { status, why } });

const TARGETS = [
  '/', '/index.html', '/?x=1', '/index.html?a=b&c=%zz', '/?', '/index.html#x', '/#',
  'http://prep.example/', 'http://prep.example', 'HTTP://PREP.example:80/index.html', 'https://other.example/index.html?x',
  'http://prep.example?x', 'http://user@prep.example/index.html', 'ftp://prep.example/index.html', 'http:///index.html',
  '//', '//index.html', '/./index.html', '/.//./index.html', '/datos/../index.html', '/datos/./', '/datos/.', '/datos/..',
  '/..', '/../index.html', '/datos/../../index.html', '/%2e/index.html', '/datos/%2e%2e/index.html', '/%2e%2e/index.html',
  '/datos%2findex.html', '/%2F%2Findex.html', '/datos/..%2f..%2findex.html', '/%69ndex.html', '/%2569ndex.html',
  '/datos', '/datos/', '/datos?x=1', '/datos/index.html', '/datos/index.html/', '/index.html/', '/index.html/x',
  '/sin', '/sin/', '/sin/x.txt', '/con%20espacio%20y%20%c3%b1', '/con%20espacio%20y%20%c3%b1/', '/con+espacio/',
  '/a+b.csv', '/a%2Bb.csv', '/a%20b.csv', '/actas/0000%20b%C3%A1sica.jpg',
  '/actas/0000%20b%E1sica.jpg', '/%ff', '/%00', '/index.html%00', '/%0a', '/%7f', '/%zz', '/%', '/%2', '/index.html%3fx',
  '/nada', '/nada/', '/nada/nada.html', '/404.html', '/.git/config', '/.well-known/x', '/datos/.oculto', '/INDEX.HTML',
  '/UPPER.HTML', '/sin-tipo', '/.css', '/index.html.', '/index.html%20', '/\\', '/..\\index.html', '/%5c..%5c', '/:', '/~', '/*',
  '/a;b', '/index.html;x', "/'", '/<x>', '/"x"', '/{x}', '/|', '/^', '/`', '/[x]',
  '/cotejo', '/cotejo/', '/cotejo/?x', '/cotejo/marco.html', '/cotejo/marco.html?fase=x', '/cotejo/marco.html/', '/cotejo/marco.js',
  '/cotejo/insignia.html', '/cotejo/insignia', '/cotejo/.marco.html', '/cotejo.html', '/cotejo.html?x', '/cotejo/nada', '/cotejo/chain', '/cotejo/chain/',
  '/cotejo/chain/jornada', '/cotejo/chain/jornada/000001/corte.json',
  '/cotejo/chain/jornada/000001/SHA256SUMS', '/cotejo/chain/jornada/000001/corte.json.sig',
  '/cotejo/chain/jornada/000001/corte.tar.gz', '/cotejo/chain/trust/1.json', '/cotejo/chain/.lock',
  '/cotejo/chain/../status.json', '/cotejo/chain/../../index.html', '/cotejo/chain../status.json', '/cotejo/acuses/',
  '/cotejo/chain/nada.json', '/cotejo/status.json', '/cotejo/status.json/', '/cotejo/health/', '/cotejo/fases',
  '/cotejo/ultimo.json', '/cotejo/ultimo.json/', '/cotejo/ultimo.json?x', '/cotejo/c', '/cotejo/c/', '/cotejo/c/1', '/cotejo/c/1/',
  '/cotejo/c/1/index.html', '/cotejo/c/1/?x', '/cotejo/c/1/datos', '/cotejo/c/1/datos?x', '/cotejo/c/1/datos/', '/cotejo/c/1/nada',
  '/cotejo/c/1/con%20espacio%20y%20%c3%b1/', '/cotejo/c/1/con%20espacio%20y%20%c3%b1', '/cotejo/c/1/sin/', '/cotejo/c/1/sin', '/cotejo/c/1/.git/config',
  '/cotejo/c/1/../2/index.html', '/cotejo/c/2/', '/cotejo/c/0/', '/cotejo/c/01/', '/cotejo/c/1234567/', '/cotejo/c/000001/', '/cotejo/c/x/',
  '/cotejo/c/1/%0a', '/cotejo/c/1/actas/0000%20b%C3%A1sica.jpg', '/cotejo/c/1/404.html', '/cotejo/c/1/cotejo/', '/cotejo/c/1//', '/cotejo/c/1/datos//',
  '/chain/index.json', '/health', '/status.json', '/acuses/', '/jornada/', `/${'a'.repeat(255)}`, `/${'a'.repeat(256)}`,
  `/${'a'.repeat(7_800)}`, `/${'a/'.repeat(3_900)}`, `/${'a'.repeat(9_000)}`, `/?${'a'.repeat(7_800)}`,
]; // biome-ignore format: a list of addresses is read by columns

const KINDS = [
  'x.mjs',
  'x.js',
  'x.css',
  'x.wasm',
  'x.geojson',
  'x.webmanifest',
  'x.xlsx',
  'x.pdf',
  'x.svg',
  'x.webp',
  'x.avif',
  'x.woff2',
  'x.csv',
  'x.txt',
  'x.json',
  'x.xml',
  'x.JPG',
  'x.gz',
  'x.tar.gz',
  'x.desconocido',
  'iso.html',
];

const RANGES = [
  'bytes=0-3',
  'bytes=0-',
  'bytes=-5',
  'bytes=5-2',
  'bytes=0-0',
  'bytes=999999-',
  'bytes=0-999999',
  'bytes=-999999',
  'bytes=-0',
  'bytes=1-2,4-5',
  'bytes=0-0,-1',
  'bytes=0-2,1-3',
  'bytes=1-2,999999-',
  'bytes=999999-,888888-',
  'bytes=0-,0-',
  'bytes= 1 - 2 , 4 - 5 ',
  'bytes=a-b',
  'bytes=1',
  'bytes=-',
  'bytes=',
  'bytes=,',
  'bytes=1-2,',
  'bytes=1-2,x',
  'BYTES=1-2',
  'items=1-2',
  'bytes 1-2',
  '1-2',
  `bytes=${Array.from({ length: 16 }, (_, i) => `${i}-${i}`).join()}`,
  `bytes=${Array.from({ length: 17 }, (_, i) => `${i}-${i}`).join()}`,
  'bytes=99999999999999999999-',
  'bytes=0-99999999999999999999',
];

const CONDITIONS = [
  'If-None-Match: {etag}',
  'If-None-Match: W/{etag}',
  'If-None-Match: "x", {etag}',
  'If-None-Match: "x",W/{etag} , "y"',
  'If-None-Match: *',
  'If-None-Match: "x"',
  'If-None-Match: {etag}x',
  'If-None-Match: x',
  'If-None-Match: ',
  'If-None-Match: "a,b", {etag}',
  'If-Match: {etag}',
  'If-Match: W/{etag}',
  'If-Match: *',
  'If-Match: "x"',
  'If-Match: "x", {etag}',
  'If-Modified-Since: {modified}',
  'If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT',
  'If-Modified-Since: Fri, 01 Jan 2038 00:00:00 GMT',
  'If-Modified-Since: x',
  'If-Unmodified-Since: {modified}',
  'If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT',
  'If-Unmodified-Since: Fri, 01 Jan 2038 00:00:00 GMT',
  'If-Unmodified-Since: x',
];

const OLD = 'If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT';

export const REQUESTS: readonly RawRequest[] = [
  ...TARGETS.map((target) => get(target)),
  but(get('/actas/0000%20b\xc3\xa1sica.jpg'), 400, 'Node takes no bytes above 7F in an address; browsers escape them'),
  but(
    get('/cotejo/chain/index.json'),
    200,
    'its validator tells two versions of one second apart; that of nginx could not, and has none',
  ),
  ...KINDS.map((name) => get(`/tipos/${name}`)),
  ...RANGES.map((range) => get('/large.bin', `Range: ${range}`)),
  ...RANGES.slice(0, 12).map((range) => get('/small.txt', `Range: ${range}`)),
  ...['bytes=0-', 'bytes=-5', 'bytes=0-0', 'bytes=1-'].map((range) => get('/empty.txt', `Range: ${range}`)),
  ...['"x"', '{etag}', 'W/{etag}', '{modified}', 'Thu, 01 Jan 1970 00:00:00 GMT', 'x'].map((is) =>
    get('/', 'Range: bytes=1-2', `If-Range: ${is}`),
  ),
  ...CONDITIONS.map((condition) => get('/', condition)),
  get('/', 'If-None-Match: {etag}', OLD),
  get('/', 'If-None-Match: {etag}', 'If-Modified-Since: {modified}'),
  get('/', 'If-None-Match: "x"', 'If-Modified-Since: {modified}'),
  get('/', 'If-None-Match: {etag}', 'Range: bytes=1-2'),
  get('/', 'If-Match: "x"', 'If-None-Match: {etag}'),
  get('/nada', 'If-None-Match: *', 'Range: bytes=0-3'),
  get('/', 'Expect: 100-continue'),
  get('/', 'Expect: something'),
  get('/', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
  get('/', 'Upgrade: websocket', 'Sec-WebSocket-Key: x'),
  get('/', 'TE: trailers', 'Via: 1.1 proxy', 'X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.1', 'Cache-Control: no-cache'),
  get('/', 'Accept: application/json', 'Accept-Language: en', 'Accept-Charset: x', 'Cookie: a=b; c'),
  get('/', `Cookie: ${'a'.repeat(6_000)}`),
  get('/', 'Content-Length: 0'),
  {
    name: 'a body with GET',
    lines: ['GET / HTTP/1.1', 'Host: x', 'Connection: close', 'Content-Length: 5', '', 'hello'],
    bare: true,
  },
  {
    name: 'a chunked body with GET',
    lines: ['GET / HTTP/1.1', 'Host: x', 'Connection: close', 'Transfer-Encoding: chunked', '', '5', 'hello', '0', '', ''],
    bare: true,
  },
  bare('both lengths', 'GET / HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Transfer-Encoding: chunked', 'Connection: close'),
  bare('two lengths', 'GET / HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Content-Length: 6', 'Connection: close'),
  get('/', 'Content-Length: -1'),
  get('/', 'Content-Length: x'),
  ...['/', '/datos', '/nada', '/large.bin', '/empty.txt', '/cotejo/chain/trust/1.json'].map((target) => other('HEAD', target)),
  other('HEAD', '/large.bin', 'Range: bytes=0-3'),
  other('HEAD', '/large.bin', 'Range: bytes=0-3,5-6'),
  other('HEAD', '/', 'If-None-Match: {etag}'),
  ...['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL'].map((method) => other(method, '/index.html')),
  other('POST', '/', 'Content-Length: 0'),
  other('OPTIONS', '/index.html', 'Origin: https://auditor.example', 'Access-Control-Request-Method: GET'),
  other('GET', '*'),
  other('GET', 'index.html'),
  other('GET', 'prep.example:80'),
  bare('no Host', 'GET / HTTP/1.1', 'Connection: close'),
  bare('an empty Host', 'GET / HTTP/1.1', 'Host:', 'Connection: close'),
  bare('two Hosts', 'GET / HTTP/1.1', 'Host: a', 'Host: b', 'Connection: close'),
  bare('an absolute address without Host', 'GET http://prep.example/ HTTP/1.1', 'Connection: close'),
  bare('HTTP/1.0', 'GET / HTTP/1.0'),
  bare('HTTP/1.0 with Host', 'GET / HTTP/1.0', 'Host: prep.example'),
  bare('HTTP/1.0, a range', 'GET /large.bin HTTP/1.0', 'Range: bytes=0-3'),
  bare('HTTP/1.0, HEAD', 'HEAD / HTTP/1.0'),
  bare('header names in any case', 'GET /large.bin HTTP/1.1', 'hOST: x', 'rANGE: bytes=0-3', 'CONNECTION: close'),
  bare('no space after the colon', 'GET /large.bin HTTP/1.1', 'Host:x', 'Range:bytes=0-3', 'Connection:close'),
  bare('no HTTP', 'hello'),
];
