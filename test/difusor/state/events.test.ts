import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { eventLog } from '../../../src/difusor/state/events.ts';
import { said } from '../../../src/format/said.ts';
import { parseWord, wordLine } from '../../../src/serve/apart/words.ts';
import { NOW } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';

type Line = Record<string, unknown>;

async function logged(file: string): Promise<Line[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

test('events that outsiders cause push nothing out of the record', async (t) => {
  const folder = await makeFolder(t);
  const files = { events: join(folder, 'events.jsonl'), others: join(folder, 'others.jsonl') };
  let now = NOW;
  const tell = eventLog(
    files,
    () => now,
    (error) => t.fail(String(error)),
  );
  tell({ event: 'admitted', phase: 'jornada', number: 1, corte: 'a'.repeat(64), seconds: 1 });
  for (let i = 0; i < 2000; i++) {
    const delivery = `junk-${i}-${'x'.repeat(2000)}`;
    tell({ event: 'refused', delivery, code: 'delivery-malformed', detail: said('y'.repeat(5000)) });
    tell({ event: 'deferred', delivery, code: 'gap', detail: said('later') });
    tell({ event: 'refused', delivery, code: 'signature-invalid', detail: said('not the IEC') });
    tell({ event: 'error', what: said(`delivery ${delivery}`), detail: said('EIO') });
  }
  now += 3_600_000;
  tell({ event: 'refused', delivery: 'jornada-000002', code: 'signature-invalid', detail: said('not the IEC') });
  const record = await logged(files.events);
  t.is(record[0]?.['event'], 'admitted');
  t.is(record.filter(({ code }) => code === 'delivery-malformed').length, 0);
  t.is(record.filter(({ code }) => code === 'signature-invalid').length, 51, 'so many an hour, and the one of the next');
  t.deepEqual(
    record.filter(({ event }) => event === 'more').map(({ of, count }) => [of, count]),
    [
      ['refused signature-invalid', 1950],
      ['error', 1950],
    ],
  );
  t.true((await readFile(files.events)).length < 200_000, 'text of others is bounded');
  const others = await logged(files.others);
  t.true(others.length > 0);
  t.true(others.every((line) => Object.values(line).every((value) => String(value).length <= 301)));
});

test('each line has the hour at which it was written, that of a port which listens too', async (t) => {
  const folder = await makeFolder(t);
  const files = { events: join(folder, 'events.jsonl'), others: join(folder, 'others.jsonl') };
  const tell = eventLog(
    files,
    () => NOW,
    (error) => t.fail(String(error)),
  );
  const word = parseWord(wordLine({ event: 'listening', what: 'http', address: '127.0.0.1:8080' }));
  if (word === null || !('event' in word)) return t.fail('no event');
  tell(word);
  t.deepEqual(await logged(files.events), [
    { at: new Date(NOW).toISOString(), event: 'listening', what: 'http', address: '127.0.0.1:8080' },
  ]);
});
