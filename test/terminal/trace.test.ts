import test from 'ava';
import { traceTo } from '../../src/terminal/trace.ts';

function traced(steps: readonly string[]): string[] {
  const lines: string[] = [];
  const silent = () => {};
  const step = traceTo({ say: { error: silent, warning: silent, hint: silent, debug: (line) => void lines.push(line) } });
  for (const name of steps) step(name);
  return lines.map((line) => line.replace(/^\d+\.\d ms, \+\d+\.\d: /, ''));
}

test('each step is a line; a repeated step is one line at its beginning and, with its count, one at its end', (t) => {
  t.deepEqual(traced(['copying', 'extracting', 'extracting', 'extracting', 'before A12 sync']), [
    'copying',
    'extracting',
    'extracting, 3 times',
    'before A12 sync',
  ]);
});

test('each turn is a line, even if many follow each other', (t) => {
  t.deepEqual(traced(['turn', 'turn', 'end of the turn', 'turn']), ['turn', 'turn', 'end of the turn', 'turn']);
});
