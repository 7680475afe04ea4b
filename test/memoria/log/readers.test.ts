import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type Entry, newEntry, type Part, type Reading } from '../../../src/memoria/log/entry.ts';
import { formOf, readerOf } from '../../../src/memoria/log/form.ts';
import { repository } from '../../kit/programs.ts';

const AT = Date.UTC(2018, 6, 1, 23, 0, 5) / 1000;

/** What was read of the last of these lines, or null. */
function read(...lines: readonly string[]) {
  const bytes = lines.map((line) => Buffer.from(line, 'latin1'));
  const form = formOf(bytes[0]!, 0);
  const reader = readerOf(form);
  const entry = newEntry();
  let reading: Reading = 'unreadable';
  // Within others' bytes, as in a file: nothing outside the line may be read.
  for (const line of bytes)
    reading = reader(entry, Buffer.concat([Buffer.from('"x"'), line, Buffer.from('" x"')]), 3, 3 + line.length);
  return reading === 'request' ? textsOf(entry) : null;
}

function textsOf(entry: Entry) {
  const of = ({ from, to }: Part) => (from < 0 ? null : entry.bytes.toString('latin1', from, to));
  const { time, status, size } = entry;
  return {
    time,
    status,
    size,
    address: of(entry.address),
    method: of(entry.method),
    target: of(entry.target),
    referrer: of(entry.referrer),
    agent: of(entry.agent),
    host: of(entry.host),
    corte: of(entry.corte),
    dest: of(entry.dest),
  };
}

const WHOLE = {
  time: AT,
  address: '192.0.2.1',
  method: 'GET',
  target: '/a?b',
  status: 200,
  size: 512,
  referrer: 'https://o.example/',
  agent: 'Mozilla/5.0 (X)',
  host: null,
  corte: null,
  dest: null,
};
const COMBINED = '192.0.2.1 - - [01/Jul/2018:18:00:05 -0500] "GET /a?b HTTP/1.1" 200 512 "https://o.example/" "Mozilla/5.0 (X)"';

test('a combined line, with what others add to it or leave out', (t) => {
  t.deepEqual(read(COMBINED), WHOLE);
  t.deepEqual(read(`${COMBINED} prep.example "12" 0.003 "same-origin"`), { ...WHOLE, host: 'prep.example', corte: '12' });
  t.deepEqual(read(`${COMBINED} prep.example "-" 0.003 "-"`), { ...WHOLE, host: 'prep.example', corte: '' });
  t.deepEqual(read(`${COMBINED} "10.0.0.1" 0.1`), WHOLE);
  t.deepEqual(read(`prep.example:443 ${COMBINED}`), { ...WHOLE, host: 'prep.example' });
  t.deepEqual(read(COMBINED.replace(/ "https.*/, '')), { ...WHOLE, referrer: null, agent: null });
  t.deepEqual(read(COMBINED.replace('512', '-')), { ...WHOLE, size: 0 });
  t.deepEqual(read(COMBINED.replace(/"https.*/, '"-" "-"')), { ...WHOLE, referrer: '', agent: '' });
  t.deepEqual(read(COMBINED.replace('- - [', '- juan [el] perez [')), WHOLE);
  t.deepEqual(read(COMBINED.replace('Mozilla', '\\"M\\x22')), { ...WHOLE, agent: '\\"M\\x22/5.0 (X)' });
  t.deepEqual(read(COMBINED.replace('192.0.2.1', '2001:db8::1'))?.address, '2001:db8::1');
  t.deepEqual(read(COMBINED.replace('192.0.2.1', 'a.example'))?.address, 'a.example');
  // Other hours of the same moment.
  t.deepEqual(read(COMBINED, COMBINED.replace('18:00:05 -0500', '23:00:05 +0000')), WHOLE);
  t.deepEqual(read(COMBINED.replace('01/Jul/2018:18:00:05 -0500', '02/Jul/2018:04:30:05 +0530')), WHOLE);
});

test('a request that is none is read, since it was answered', (t) => {
  const bad = { ...WHOLE, method: '', target: '', status: 400 };
  t.deepEqual(read(COMBINED.replace('GET /a?b HTTP/1.1', '\\x16\\x03\\x01').replace('200', '400')), bad);
  t.deepEqual(read(COMBINED.replace('GET /a?b HTTP/1.1', '').replace('200', '400')), bad);
  t.is(read(COMBINED.replace('/a?b', '/a b'))?.target, '/a b');
  t.is(read(COMBINED.replace(' HTTP/1.1', ''))?.target, '/a?b');
  t.is(read(COMBINED.replace(' 200 ', ' 2000 '))?.status, 0);
});

test('what is no combined line is not read', (t) => {
  for (let length = 0; length < COMBINED.indexOf('"https'); length++) {
    const line = COMBINED.slice(0, length);
    if (!/" 200 \d+ ?$/.test(line)) t.is(read(line), null, line);
  }
  for (const broken of [
    COMBINED.replace('01/Jul', '31/Feb'),
    COMBINED.replace('Jul', 'Foo'),
    COMBINED.replace('18:00:05', '24:00:05'),
    COMBINED.replace('18:00:05', '18:60:05'),
    COMBINED.replace('18:00:05', '18:00:61'),
    COMBINED.replace('-0500', 'CDT  '),
    COMBINED.replace('192.0.2.1', ''),
    COMBINED.replaceAll('"', "'"),
    COMBINED.replace('512', '5x2'),
  ]) {
    t.is(read(broken), null, broken);
    // After a good line too, whose minute is remembered.
    t.is(read(COMBINED, broken), null, broken);
  }
});

const OURS = {
  time: '2018-07-01T18:00:05-05:00',
  addr: '192.0.2.1',
  method: 'GET',
  target: '/a?b',
  status: 200,
  bytes: 512,
  referer: 'https://o.example/',
  agent: 'Mozilla/5.0 (X)',
};
const NGINX = {
  time_local: '01/Jul/2018:18:00:05 -0500',
  remote_addr: '192.0.2.1',
  request: 'GET /a?b HTTP/1.1',
  status: '200',
  body_bytes_sent: '512',
  bytes_sent: '900',
  http_referer: 'https://o.example/',
  http_user_agent: 'Mozilla/5.0 (X)',
};
const CLOUDFLARE = {
  ClientIP: '192.0.2.1',
  ClientRequestHost: 'prep.example',
  ClientRequestMethod: 'GET',
  ClientRequestURI: '/a?b',
  EdgeEndTimestamp: '2018-07-01T23:00:09Z',
  EdgeResponseBytes: 512,
  EdgeResponseStatus: 200,
  EdgeStartTimestamp: '2018-07-01T23:00:05Z',
  RayID: '41ddf1740f67442d',
  ClientRequestReferer: 'https://o.example/',
  ClientRequestUserAgent: 'Mozilla/5.0 (X)',
};

test('a JSON line, of ours, of nginx and of Cloudflare', (t) => {
  const line = (value: object) => JSON.stringify(value);
  t.deepEqual(read(line(OURS)), WHOLE);
  t.deepEqual(read(line({ ...OURS, host: 'prep.example', corte: 12, dest: 'iframe' })), {
    ...WHOLE,
    host: 'prep.example',
    corte: '12',
    dest: 'iframe',
  });
  t.deepEqual(read(line(NGINX)), WHOLE);
  t.deepEqual(read(line(CLOUDFLARE)), { ...WHOLE, host: 'prep.example' });
  t.deepEqual(read(line(Object.fromEntries(Object.entries(OURS).reverse()))), WHOLE);
  t.deepEqual(read(line(OURS), line(NGINX), line(OURS)), WHOLE);
  t.deepEqual(read(` { "x" : [ {"addr":"}"} , null ] ,\t${line(OURS).slice(1)} `), WHOLE);
  for (const time of [
    AT,
    AT + 0.25,
    AT * 1e3,
    String(AT * 1e6),
    `${AT}000000000`,
    '2018-07-01T23:00:05.123456Z',
    '2018-07-01 18:00:05-0500',
  ]) {
    t.is(read(line({ ...OURS, time }))?.time, AT, String(time));
  }
  t.is(read(line({ ...OURS, agent: 'a"b\\c' }))?.agent, 'a\\"b\\\\c');
  t.is(read(line({ ...OURS, agent: null }))?.agent, null);
});

test('what is no such JSON line is not read', (t) => {
  const line = JSON.stringify(OURS);
  for (let length = 0; length < line.length; length++) t.is(read(`{${line.slice(1, length)}`), null);
  for (const name of ['time', 'addr', 'target', 'status']) t.is(read(JSON.stringify({ ...OURS, [name]: undefined })), null, name);
  for (const broken of [
    `${line}{}`,
    `${line},`,
    line.replace(':', ''),
    line.replace(',', ',,'),
    line.replace('}', ',}'),
    '{}',
    '{"a":[}',
  ]) {
    t.is(read(broken), null, broken);
  }
  t.is(read(JSON.stringify({ ...OURS, time: '2018-13-01T18:00:05Z' })), null);
});

const CLOUDFRONT = [
  '#Version: 1.0',
  '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header',
];
const ROW =
  '2018-07-01\t23:00:05\tQRO50\t512\t192.0.2.1\tGET\td1.cloudfront.net\t/a\t200\thttps://o.example/\tMozilla/5.0%20(X)\tb\tprep.example';

test('a W3C line, of CloudFront and of IIS', (t) => {
  const whole = { ...WHOLE, target: '/a', host: 'prep.example', agent: 'Mozilla/5.0%20(X)' };
  t.deepEqual(read(...CLOUDFRONT, ROW), whole);
  t.is(read(ROW), null);
  t.is(read(...CLOUDFRONT), null);
  t.is(read(...CLOUDFRONT, ROW.replace('\tQRO50', '')), null);
  t.is(read(...CLOUDFRONT, ROW.replace('2018-07-01', '2018-99-01')), null);
  t.deepEqual(
    read(
      '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) cs(Referer) sc-status',
      '2018-07-01 23:00:05 10.0.0.1 GET /a - 80 192.0.2.1 Mozilla/5.0+(X) - 200',
    ),
    { ...whole, host: null, agent: 'Mozilla/5.0+(X)', referrer: '', size: 0 },
  );
  // Fields may change within a file.
  t.deepEqual(
    read(...CLOUDFRONT, ROW, '#Fields: c-ip sc-status cs-method cs-uri-stem date time', '192.0.2.1 304 GET /b 2018-07-01 23:00:05')
      ?.target,
    '/b',
  );
});

/** A line as nginx writes it by a `log_format` of the shipped configuration. */
function shippedLine(name: string, values: Readonly<Record<string, string>>): string {
  const config = readFileSync(join(repository(), 'systemd/nginx/cotejo.conf'), 'utf8');
  const [, format = ''] = new RegExp(`log_format ${name} ((?:[a-z=]+ )?(?:'[^']*'\\s*)+);`).exec(config) ?? [];
  const text = [...format.matchAll(/'([^']*)'/g)].map(([, part]) => part).join('');
  return text.replace(/\$([a-z0-9_]+)/g, (_, variable: string) => values[variable] ?? '-');
}

test('both forms that the shipped nginx writes are read', (t) => {
  const values = {
    remote_addr: '192.0.2.1',
    time_local: '01/Jul/2018:18:00:05 -0500',
    time_iso8601: '2018-07-01T18:00:05-05:00',
    cotejo_request: 'GET /a?b HTTP/1.1',
    cotejo_method: 'GET',
    cotejo_target: '/a?b',
    status: '200',
    body_bytes_sent: '512',
    cotejo_referer: 'https://o.example/',
    cotejo_agent: 'Mozilla/5.0 (X)',
    cotejo_host: 'prep.example',
    sent_http_cotejo_corte: '12',
    request_time: '0.003',
    cotejo_from: 'cross-site',
    cotejo_dest: 'iframe',
  };
  const whole = { ...WHOLE, host: 'prep.example', corte: '12' };
  t.deepEqual(read(shippedLine('cotejo', values)), whole);
  t.deepEqual(read(shippedLine('cotejo_json', values)), { ...whole, dest: 'iframe' });
});
