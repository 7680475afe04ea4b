import test from 'ava';
import { Said } from '../../src/format/said.ts';
import { parseWord, wordLine } from '../../src/serve/apart/words.ts';
import { words } from '../../src/serve/words.ts';

test('a port in a process of its own tells its troubles in both languages, within its bounds', (t) => {
  const detail = words.times('ENOENT', 3);
  const word = parseWord(wordLine({ event: 'error', what: words.webServer, detail }));
  t.deepEqual(word, { event: 'error', what: words.webServer, detail });
  const failed = parseWord(wordLine({ word: 'failed', detail: new Said('EADDRINUSE', 'EADDRINUSE') }));
  t.deepEqual(failed, { word: 'failed', detail: new Said('EADDRINUSE', 'EADDRINUSE') });
  const long = wordLine({ word: 'failed', detail: new Said('"'.repeat(1000), '€'.repeat(1000)) });
  t.true(Buffer.byteLength(long) < 2048);
  t.deepEqual(parseWord(long), { word: 'failed', detail: new Said('"'.repeat(200), '€'.repeat(200)) });
  // Who controls that process can put anything there.
  t.deepEqual(parseWord('{"word":"failed","detail":"x","es":7}'), { word: 'failed', detail: new Said('x', 'x') });
  t.is(parseWord('{"word":"failed","detail":7,"es":"x"}'), null);
});
