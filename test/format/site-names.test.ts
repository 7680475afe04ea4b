import test from 'ava';
import { unservedAs } from '../../src/format/site-names.ts';
import { NAMES } from '../kit/site-names.ts';

for (const [path, expected] of NAMES) {
  test(`${path}: ${expected ?? 'every site shows it'}`, (t) => t.is(unservedAs(path), expected));
}
