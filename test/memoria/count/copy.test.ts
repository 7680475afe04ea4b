import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import { makeFolder } from '../../kit/folders.ts';
import { combinedLine, type Hit, jsonLine, text } from '../lines.ts';
import { CLOSES, counted, night, OPENS, of, SETTINGS } from './counted.ts';

/** The copies of the logs that go into the report's folder. */

test('the copy with hashes gives the same figures, and names nobody', async (t) => {
  const folder = await makeFolder(t);
  const hits: Hit[] = [
    ...night(2000),
    { at: OPENS, target: '/a\\x22', agent: 'a\\x22b', referrer: 'https://x.example/\\x5C' },
    { at: OPENS, address: '::ffff:192.0.2.1' },
  ];
  const combined = hits.map((hit) => combinedLine(hit));
  combined.push(
    combined[0]!.replace(' - - ', ' - juan '),
    combined[0]!.replace(/"GET.*?"/, '"\\x16\\x03"').replace(' 304 ', ' 400 '),
  );
  combined.push(`${combined[1]} prep.example "7" 0.001 "none" 192.0.2.77`);
  const json = hits.map((hit) =>
    jsonLine({ ...hit, agent: `${hit.agent ?? 'X'} "ñ" \\ \x01` }, { host: 'prep.example', forwarded: hit.address, corte: 7 }),
  );
  const fields = '#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes cs(User-Agent) x-forwarded-for\n';
  const rows = hits.map(({ at, address = '192.0.2.1', target }) =>
    [...new Date(at).toISOString().slice(0, 19).split('T'), address, 'GET', target, 200, 5, 'Mozilla/5.0%20(X)', address].join(
      '\t',
    ),
  );
  const before = await counted(
    folder,
    {
      'web1/combined': text([...combined, 'broken 192.0.2.1', combinedLine({ at: OPENS - 1000 })]),
      'web1/json.gz': gzipSync(text(json)),
      'cdn/rows': fields + text(rows),
    },
    { copy: { folder, addresses: 'hashed' } },
  );
  t.deepEqual(
    before.files.map(({ copy }) => copy),
    [
      { name: '001-web1-web1-combined.gz', lines: combined.length },
      { name: '002-web1-web1-json.gz', lines: json.length },
      { name: '003-cdn-cdn-rows.gz', lines: rows.length },
    ],
  );
  const names = before.files.map(({ copy }) => join(folder, copy!.name));
  const after = await countLogs(
    names.map((file, i) => ({ file, node: before.files[i]!.node })),
    SETTINGS,
  );
  t.deepEqual(of(after), of(before));
  for (const name of names) {
    t.is(statSync(name).mode & 0o777, 0o600);
    const content = gunzipSync(readFileSync(name)).toString('latin1');
    t.false(/192\.0\.|2001:|juan|broken/.test(content), name);
    t.regex(content.split('\n')[0]!, /^[0-9a-f]{16} - - \[01\/Jul\/2018:18:00:00 -0500\] "GET \/.*" \d+ \d+ ".*" ".*" \S+ ".*"$/);
  }
  // One address has one hash, whatever file it is in; and another one the next time.
  const first = (name: string) => gunzipSync(readFileSync(name)).toString('latin1').slice(0, 16);
  t.is(first(names[0]!), first(names[1]!));
  const again = await makeFolder(t);
  writeFileSync(join(again, 'log'), text(combined));
  await countLogs([{ file: join(again, 'log'), node: 'web1' }], { ...SETTINGS, copy: { folder: again, addresses: 'hashed' } });
  t.not(first(join(again, '001-web1-log.gz')), first(names[0]!));
});

test('the complete copy has the lines as they are, of the period alone', async (t) => {
  const folder = await makeFolder(t);
  const within = [combinedLine({ at: OPENS }), 'broken', combinedLine({ at: CLOSES - 1000 })];
  const log = ['broken', combinedLine({ at: OPENS - 1000 }), ...within, combinedLine({ at: CLOSES }), 'broken'];
  const figures = await counted(folder, { web1: text(log) }, { copy: { folder, addresses: 'complete' } });
  t.deepEqual(figures.files[0]!.copy, { name: '001-web1-web1.gz', lines: 3 });
  t.is(gunzipSync(readFileSync(join(folder, '001-web1-web1.gz'))).toString(), text(within));
  t.deepEqual(readdirSync(folder).sort(), ['001-web1-web1.gz', 'web1']);
  // A copy replaces nothing.
  await t.throwsAsync(() => counted(folder, { web1: text(log) }, { copy: { folder, addresses: 'complete' } }), { code: 'EEXIST' });
});

test('the complete copy of a log that says by remarks how it is read can be read by them', async (t) => {
  const folder = await makeFolder(t);
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).split('T').join('\t');
  const head = ['#Version: 1.0', '#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes'];
  const anew = '#Fields: date time cs-method cs-uri-stem c-ip sc-status';
  const within = [`${at(OPENS)}\t192.0.2.1\tGET\t/\t200\t5`, 'broken', anew, `${at(CLOSES - 1000)}\tGET\t/a.css\t192.0.2.2\t200`];
  const log = [...head, `${at(OPENS - 1000)}\t192.0.2.9\tGET\t/\t200\t5`, ...within, `${at(CLOSES)}\tGET\t/\t192.0.2.9\t200`];
  const before = await counted(folder, { cdn: text(log) }, { copy: { folder, addresses: 'complete' } });
  t.like(before.seen, { pages: 1, hits: 2, bytes: 5 });
  const copy = join(folder, '001-cdn-cdn.gz');
  t.is(gunzipSync(readFileSync(copy)).toString(), text([...head, ...within]));
  t.deepEqual(before.files[0]!.copy, { name: '001-cdn-cdn.gz', lines: 6 });
  const after = await countLogs([{ file: copy, node: 'cdn' }], SETTINGS);
  t.deepEqual(of(after), of(before));
});
