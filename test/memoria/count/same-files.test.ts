import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { repeatedFiles } from '../../../src/memoria/count/same-files.ts';
import { makeFolder, openIn } from '../../kit/folders.ts';

const HEADER = '#Version: 1.0\n#Fields: date time c-ip\n';

test('logs that all begin alike, as a CDN makes them by the hour, are read one after the other', async (t) => {
  const folder = await makeFolder(t);
  const sources = Array.from({ length: 40 }, (_, i) => ({ node: 'cdn', file: join(folder, `${i}.log`) }));
  // The last twenty have their first request in common too.
  const first = (i: number) => (i < 20 ? `2018-07-01 18:00:${i} 192.0.2.1` : '2018-07-01 19:00:00 192.0.2.1');
  for (const [i, { file }] of sources.entries()) writeFileSync(file, `${HEADER}${first(i)}\n${'x'.repeat(i)}\n`);
  const over = new AbortController();
  let most = 0;
  const looking = (async () => {
    for (; !over.signal.aborted; await setImmediate()) most = Math.max(most, openIn(folder));
  })();
  const repeated = await repeatedFiles(sources);
  over.abort();
  await looking;
  t.is(repeated.size, 0);
  t.is(most, 1);
});

test('a log with a heading that is the beginning of another is found, whatever the heading is', async (t) => {
  const folder = await makeFolder(t);
  const long = `# ${'x'.repeat(5000)}\n`;
  const contents = [
    `${HEADER}1\n2\n3\n`,
    `${HEADER}1\n2\n`,
    `${HEADER}2\n3\n`,
    `${long}1\n`,
    `${long}1\n2\n`,
    '1\n2\n',
    `${'y'.repeat(5000)}\n1\n`,
    `${'y'.repeat(5000)}\n1\n`,
  ];
  const sources = contents.map((content, i) => {
    writeFileSync(join(folder, `${i}.log`), content);
    return { node: 'cdn', file: join(folder, `${i}.log`) };
  });
  t.deepEqual(
    [...(await repeatedFiles(sources))].toSorted(([one], [other]) => one - other),
    [
      [1, 0],
      [3, 4],
      [7, 6],
    ],
  );
});

test('files that begin alike are large, and a stop ends their comparison too', async (t) => {
  const folder = await makeFolder(t);
  const sources = ['1\n2\n', '1\n'].map((content, i) => {
    writeFileSync(join(folder, `${i}.log`), content);
    return { node: 'cdn', file: join(folder, `${i}.log`) };
  });
  await t.throwsAsync(repeatedFiles(sources, AbortSignal.abort()), { any: true, name: 'AbortError' });
});
