import test from 'ava';
import { didYouMean, nearest } from '../../src/config/nearest.ts';

test('few slips lead to the word that was meant, and the nearest one is told', (t) => {
  const keys = ['anchor', 'state', 'inbox', 'outbox', 'acuse_key', 'inbox_bytes'];
  for (const [typed, meant] of [
    ['ancor', 'anchor'],
    ['anchro', 'anchor'], // two letters swapped are one slip
    ['outbx', 'outbox'],
    ['acuse-key', 'acuse_key'],
    ['ACUSE_KEY', 'acuse_key'],
    ['inbox_byte', 'inbox_bytes'],
  ] as const) {
    t.is(nearest(typed, keys), meant, typed);
  }
});

test('a word that is far from all, or short and of other letters, is nobody', (t) => {
  t.is(nearest('trust', ['anchor', 'node']), null);
  t.is(nearest('abc', ['abd', 'url']), 'abd');
  t.is(nearest('abc', ['add', 'url']), null);
  t.is(nearest('', ['a', 'b']), null);
  t.is(nearest('x'.repeat(1_000_000), ['anchor']), null);
  t.is(didYouMean('jornda', ['jornada', 'simulacro-1'])?.en, 'did you mean jornada?');
  t.is(didYouMean('jornda', []), null);
});
