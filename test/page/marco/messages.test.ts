import test from 'ava';
import { boundedHeight, isWebOrigin, marcoOrigin, readToMarco, readToPortal } from '../../../src/page/marco/messages.ts';

const STRANGE: readonly unknown[] = [null, undefined, 0, 'cotejo/listo', [], {}, { type: 1 }, { type: 'cotejo/otro' }, () => 0];

test('of a message only what is one is read, and nothing besides', (t) => {
  for (const data of STRANGE) {
    t.is(readToPortal(data), null);
    t.is(readToMarco(data), null);
  }
  t.deepEqual(readToPortal({ type: 'cotejo/listo', more: 'x' }), { type: 'cotejo/listo' });
  t.deepEqual(readToPortal({ type: 'cotejo/inicio' }), { type: 'cotejo/inicio' });
  t.deepEqual(readToPortal({ type: 'cotejo/alto', height: 812.4, style: 'x' }), { type: 'cotejo/alto', height: 813 });
  t.deepEqual(readToMarco({ type: 'cotejo/ventana', top: 12.5, height: 0 }), { type: 'cotejo/ventana', top: 12.5, height: 0 });
  for (const height of ['812', Number.NaN, Number.POSITIVE_INFINITY, 1e12, null, {}]) {
    t.is(readToPortal({ type: 'cotejo/alto', height }), null, typeof height);
    t.is(readToMarco({ type: 'cotejo/ventana', top: 0, height }), null, typeof height);
  }
  // What goes one way does not go the other.
  t.is(readToMarco({ type: 'cotejo/alto', height: 10 }), null);
  t.is(readToPortal({ type: 'cotejo/ventana', top: 0, height: 10 }), null);
});

test('a frame is never lower or higher than its bounds', (t) => {
  t.is(boundedHeight(-5), 160);
  t.is(boundedHeight(500.2), 501);
  t.is(boundedHeight(9_000_000), 100_000);
  t.is(boundedHeight(Number.NaN), 160);
});

test('only a page with an origin of its own is answered, and only our own frame is heard', (t) => {
  for (const origin of ['https://www.vanguardia.example', 'http://localhost:3000']) t.true(isWebOrigin(origin), origin);
  for (const origin of ['null', '', 'file://', 'https://', 'https://a/b', 'chrome-extension://x'])
    t.false(isWebOrigin(origin), origin);
  t.is(marcoOrigin('https://prep.example/cotejo/marco.html?fase=x#y'), 'https://prep.example');
  for (const src of [
    '',
    'about:blank',
    'https://prep.example/',
    'https://prep.example/cotejo/marco.html/x',
    'https://evil.example/?/cotejo/marco.html',
    'javascript:alert(1)//cotejo/marco.html',
  ]) {
    t.is(marcoOrigin(src), null, src);
  }
});
