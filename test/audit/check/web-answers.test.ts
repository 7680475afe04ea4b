import test from 'ava';
import { isGzipFile, isMovedToHttps, isStandIn, staysWithin } from '../../../src/audit/check/web-answers.ts';

const HOPS: readonly (readonly [from: string, to: string, stays: boolean, moved: boolean])[] = [
  ['http://a.example/x', 'http://a.example/y', true, false],
  ['http://a.example/x', 'https://a.example/x', true, true],
  ['http://a.example:8080/x', 'https://a.example:8443/x', true, true],
  ['https://a.example/x', 'https://a.example/y', true, false],
  ['https://a.example/x', 'http://a.example/x', false, false],
  ['http://a.example/x', 'https://www.a.example/x', false, false],
  ['http://a.example/x', 'http://a.example:81/x', false, false],
  ['https://a.example/x', 'https://a.example:444/x', false, false],
  ['http://a.example/x', 'https://a.example.evil/x', false, false],
  ['http://a.example/x', 'file://a.example/x', false, false],
];

for (const [from, to, stays, moved] of HOPS) {
  test(`from ${from} to ${to}: ${moved ? 'moved to https' : stays ? 'the same site' : 'elsewhere'}`, (t) => {
    t.is(staysWithin(new URL(from), new URL(to)), stays);
    t.is(isMovedToHttps(new URL(from), new URL(to)), moved);
  });
}

test('the notice is a page that nobody may keep, with 503', (t) => {
  const is = (status: number, headers: Record<string, string>) => isStandIn(status, (name) => headers[name]);
  const notice = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  t.true(is(503, notice));
  t.true(is(503, { ...notice, 'cache-control': 'max-age=0, No-Store' }));
  t.false(is(200, notice));
  t.false(is(502, notice));
  t.false(is(503, { 'content-type': 'text/html' }));
  t.false(is(503, { ...notice, 'content-type': 'text/plain' }));
  t.false(is(503, {}));
});

test('what is compressed by itself is known by its name', (t) => {
  t.deepEqual(['x.gz', 'x.tar.gz', 'x.TGZ', 'x.gz.csv', 'gz', 'x.zip', 'x.svgz'].filter(isGzipFile), ['x.gz', 'x.tar.gz', 'x.TGZ']);
});
