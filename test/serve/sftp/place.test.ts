import test from 'ava';
import { absolute, placeOf } from '../../../src/serve/sftp/place.ts';

test('the account sees two folders and nothing above them', (t) => {
  t.deepEqual(placeOf('.'), { kind: 'top' });
  t.deepEqual(placeOf('/'), { kind: 'top' });
  t.deepEqual(placeOf('../../..'), { kind: 'top' });
  t.deepEqual(placeOf('inbox'), { kind: 'inbox' });
  t.deepEqual(placeOf('/inbox/'), { kind: 'inbox' });
  t.deepEqual(placeOf('/inbox/.up'), { kind: 'upload', folder: '.up' });
  t.deepEqual(placeOf('inbox/.up/corte.json'), { kind: 'upload-file', folder: '.up', file: 'corte.json' });
  t.deepEqual(placeOf('/inbox/jornada-000001'), { kind: 'delivery', folder: 'jornada-000001' });
  t.deepEqual(placeOf('/outbox/acuses/jornada'), { kind: 'outbox', segments: ['acuses', 'jornada'] });
  t.deepEqual(placeOf('/inbox/../outbox/status.json'), { kind: 'outbox', segments: ['status.json'] });
});

test('paths outside the two folders do not exist', (t) => {
  for (const path of [
    '/etc/passwd',
    '/inbox/../../etc',
    'state',
    '/inboxes',
    '/inbox/.a/b/c',
    '/inbox/a b',
    '/inbox/ñ',
    '/inbox/.\u0000',
  ]) {
    t.is(placeOf(path), null, path);
  }
  t.is(placeOf(`/outbox/${'a'.repeat(2000)}`), null);
});

test('a path is made absolute as text alone', (t) => {
  t.is(absolute('.'), '/');
  t.is(absolute('inbox/../..'), '/');
  t.is(absolute('outbox//acuses/./x'), '/outbox/acuses/x');
});
