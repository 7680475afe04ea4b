import test from 'ava';
import { noConnection } from '../../../src/iec/link/no-connection.ts';

/** No node is blamed for what the IEC's own machine lacks or forbids. */

const failed = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const codeOf = (...codes: string[]) => {
  const errors = codes.map(failed);
  return noConnection('nodo.example:22', errors.length === 1 ? errors[0] : new AggregateError(errors)).code;
};

test('what this machine lacks or forbids is the IEC’s', (t) => {
  const own = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'ENETDOWN', 'EACCES', 'EPERM'];
  t.deepEqual(
    own.filter((code) => codeOf(code) !== 'iec-failed'),
    [],
  );
  const theirs = ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET'];
  t.deepEqual(
    theirs.filter((code) => codeOf(code) !== 'unreachable'),
    [],
  );
});

test('of several addresses one that was refused is the node’s, and one without a way says nothing', (t) => {
  t.is(codeOf('EMFILE', 'EMFILE'), 'iec-failed');
  t.is(codeOf('EPERM', 'ENETUNREACH'), 'iec-failed');
  t.is(codeOf('ECONNREFUSED', 'EADDRNOTAVAIL'), 'unreachable');
  t.is(codeOf('ENETUNREACH', 'ENETUNREACH'), 'unreachable');
  t.is(noConnection('nodo.example:22', new AggregateError([])).code, 'unreachable');
});
