import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UsageError } from '../../../src/config/usage-error.ts';
import { baseByHand } from '../../../src/memoria/count/base.ts';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import { newReader, readAddress } from '../../../src/memoria/log/address.ts';
import { newEntry, type Part } from '../../../src/memoria/log/entry.ts';
import { readerOf } from '../../../src/memoria/log/form.ts';
import { agentText, unescapedBytes } from '../../../src/memoria/log/spelling.ts';
import { combinedLine, jsonLine, text } from '../../memoria/lines.ts';
import { chosen, orNull, orNullLater, promise, seed, type Target } from '../target.ts';

/** Access logs, of which strangers write the most, and figures by hand. */

const folder = mkdtempSync(join(tmpdir(), 'cotejo-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'acceso.log');

const AT = Date.parse('2018-07-01T18:00:05-05:00');
const W3C = '#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes cs(Referer) cs(User-Agent)\n';
const ROW = '2018-07-01\t23:00:05\t192.0.2.1\tGET\t/a\t200\t512\t-\tMozilla/5.0%20(X)\n';

const FORMS = ['combined', 'json', 'w3c'] as const;

/** Every part of a line that was read lies within it. */
function readLines(bytes: Uint8Array): void {
  const { one: form, rest } = chosen(bytes, FORMS);
  const line = Buffer.from(rest);
  const read = readerOf(form);
  const entry = newEntry();
  for (let from = 0; from < line.length; ) {
    const end = line.indexOf(0x0a, from);
    const to = end < 0 ? line.length : end;
    if (to > from && read(entry, line, from, to) === 'request') {
      const { address, method, target, referrer, agent, host, corte, dest } = entry;
      const isWithin = (part: Part) => part.from === -1 || (part.from >= from && part.from <= part.to && part.to <= to);
      promise([address, method, target, referrer, agent, host, corte, dest].every(isWithin), 'parts of a line lie within it');
      promise(Number.isSafeInteger(entry.time) && entry.time >= 0, 'a time is whole seconds');
      promise(entry.status === 0 || (entry.status >= 100 && entry.status <= 999), 'a status has three figures');
      promise(Number.isSafeInteger(entry.size) && entry.size >= 0, 'bytes are a number');
      unescapedBytes(line.subarray(Math.max(0, target.from), target.to), form);
      agentText(line.subarray(Math.max(0, agent.from), agent.to), form);
    }
    from = to + 1;
  }
}

function readAddresses(bytes: Uint8Array): void {
  const reader = newReader();
  const line = Buffer.from(bytes);
  if (!readAddress(reader, line, 0, line.length)) return;
  promise(reader.high >= 0 && reader.high <= 0xffffffff && reader.low >= 0 && reader.low <= 0xffffffff, 'an address has 64 bits');
}

/** What is counted adds up, and counting the copy gives the same. */
async function count(bytes: Uint8Array): Promise<void> {
  const settings = { from: AT - 5_000, to: AT + 3_600_000 - 5_000, offset: -300, frame: '/cotejo/marco.html' };
  writeFileSync(file, bytes);
  rmSync(join(folder, '001-web1-acceso.log.gz'), { force: true });
  const copy = { folder, addresses: 'hashed' } as const;
  const figures = await orNullLater(() => countLogs([{ file, node: 'web1' }], { ...settings, copy }), UsageError);
  if (!figures) return;
  const { seen, robots, unseen, lines, hours } = figures;
  promise(seen.hits + robots.requests + unseen.requests === lines.counted, 'each line is in one of three');
  promise(hours.reduce((sum, { hits }) => sum + hits, 0) === seen.hits, 'and in one hour');
  if (lines.counted === 0) return;
  const again = await countLogs([{ file: join(folder, '001-web1-acceso.log.gz'), node: 'web1' }], settings);
  promise(again.lines.counted === lines.counted, 'every line that was counted is in the copy');
  promise(JSON.stringify([again.seen, again.visits]) === JSON.stringify([seen, figures.visits]), 'the copy tells the same');
}

const TAKERS: readonly ((bytes: Uint8Array) => void | Promise<void>)[] = [
  readLines,
  readAddresses,
  (bytes: Uint8Array) => void orNull(() => baseByHand(Buffer.from(bytes).toString(), 'base.csv'), UsageError),
  count,
  async (bytes: Uint8Array) => {
    const gzip = gzipSync(text([combinedLine({ at: AT })]));
    writeFileSync(file, gzip.subarray(0, gzip.length - ((bytes[0] ?? 0) % 12)));
    appendFileSync(file, bytes);
    await orNullLater(() => countLogs([{ file, node: 'web1' }], { from: AT - 5_000, to: AT + 55_000, offset: 0 }), UsageError);
  },
];

const lines = {
  combined: text([
    combinedLine({ at: AT }),
    `${combinedLine({ at: AT, referrer: 'https://o.example/' })} prep.example "12" 0.1 "none"`,
  ]),
  json: text([jsonLine({ at: AT }, { dest: 'iframe', host: 'prep.example' })]),
};

export const accessLogs: Target = {
  seeds: [
    seed(0, seed(0, lines.combined)),
    seed(0, seed(1, lines.json)),
    seed(0, seed(2, W3C + ROW)),
    seed(1, '2001:db8::ffff:192.0.2.1'),
    seed(2, 'dia,visitas,paginas,hits\n2018-06-17,1,2,3\n'),
    seed(3, lines.combined),
    seed(3, lines.json),
    seed(3, W3C + ROW),
    seed(4, gzipSync(lines.json)),
  ],
  words: [
    '\\x22',
    '\\"',
    '\\u0000',
    '"',
    '[',
    '] "',
    ' "-" "-"',
    '\t',
    '\n',
    '{"',
    '"}',
    '::',
    'GET / HTTP/1.1',
    '%2520',
    '#Fields: ',
    '-',
    '\0',
    '\xff',
    '503',
    '304',
  ],
  most: 4096,
  async take(bytes) {
    const { one, rest } = chosen(bytes, TAKERS);
    await one(rest);
  },
};
