import test from 'ava';
import { isExcepted, proxiesOf } from '../../../src/audit/source/proxies.ts';
import { shownProxy } from '../../../src/audit/source/proxy-trouble.ts';
import { UsageError } from '../../../src/config/usage-error.ts';

function proxyOf(env: Readonly<Record<string, string>>, url: string): string | null {
  const proxy = proxiesOf(env)(new URL(url));
  return proxy && shownProxy(proxy);
}

test('the variables that curl takes, in the letters that it takes', (t) => {
  const [https, http] = ['https://a.example/', 'http://a.example/'];
  t.is(proxyOf({ https_proxy: 'http://p:1' }, https), 'http://p:1');
  t.is(proxyOf({ HTTPS_PROXY: 'http://p:1' }, https), 'http://p:1');
  t.is(proxyOf({ https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:1' }, https), 'http://p:1');
  t.is(proxyOf({ https_proxy: 'http://p:1' }, http), null);
  t.is(proxyOf({ http_proxy: 'http://p:1' }, http), 'http://p:1');
  t.is(proxyOf({ HTTP_PROXY: 'http://p:1' }, http), null, 'which a CGI program would have from whoever asks it');
  for (const url of [https, http]) {
    t.is(proxyOf({ ALL_PROXY: 'http://p:1' }, url), 'http://p:1');
    t.is(proxyOf({ all_proxy: 'http://p:1', https_proxy: '', http_proxy: '' }, url), 'http://p:1');
    t.is(proxyOf({ all_proxy: 'http://p:1', no_proxy: 'example' }, url), null);
    t.is(proxyOf({ all_proxy: 'http://p:1', NO_PROXY: 'example' }, url), null);
  }
});

test('a proxy without a scheme, a port or brackets, and one with a password', (t) => {
  const of = (value: string) => proxyOf({ all_proxy: value }, 'http://a.example/');
  t.is(of('p'), 'http://p:1080');
  t.is(of('p:80'), 'http://p:80');
  t.is(of('http://u:80@p/'), 'http://p:1080');
  t.is(of('https://p'), 'https://p:443');
  t.is(of('[::1]:3128'), 'http://[::1]:3128');
  t.is(of('u:s%40cret@p:3'), 'http://p:3');
  t.is(proxiesOf({ all_proxy: 'u:s%40cret@p:3' })(new URL('http://a/'))?.credentials, 'u:s@cret');
});

test('what is no proxy, or one that is not spoken here, is wrong usage, and its value is not repeated', (t) => {
  for (const value of ['socks5h://u:secret@p:1', 'http://u:secret@', 'ftp://secret']) {
    const error = t.throws(() => proxiesOf({ all_proxy: value }), { instanceOf: UsageError });
    t.false((error?.message ?? value).includes('secret'), value);
  }
});

const EXCEPTIONS: ReadonlyArray<readonly [list: string, url: string, isDirect: boolean]> = [
  ['*', 'http://a.example/', true],
  ['', 'http://a.example/', false],
  ['a.example', 'http://a.example/', true],
  ['example', 'http://a.example/', true],
  ['.example', 'http://a.example/', true],
  ['.a.example', 'http://a.example/', true],
  ['ample', 'http://a.example/', false],
  ['b.a.example', 'http://a.example/', false],
  ['A.Example.', 'http://a.example./', true],
  ['x, y.example\tz', 'http://y.example/', true],
  ['x y.example z', 'http://y.example/', true],
  ['192.0.2.1', 'http://192.0.2.1/', true],
  ['2.1', 'http://192.0.2.1/', false],
  ['192.0.2.0/24', 'http://192.0.2.99/', true],
  ['192.0.2.0/24', 'http://192.0.3.1/', false],
  ['192.0.2.0/33', 'http://192.0.2.1/', false],
  ['192.0.2.0/x', 'http://192.0.2.1/', false],
  ['10.0.0.0/8', 'http://10.example/', false],
  ['::1', 'http://[::1]/', true],
  ['[::1]', 'http://[::1]/', true],
  ['2001:db8::/32', 'http://[2001:db8::7]/', true],
  ['2001:db8::/32', 'http://[2001:db9::7]/', false],
  ['a.example:8080', 'http://a.example:8080/', true],
  ['a.example:8080', 'http://a.example/', false],
  ['a.example:80', 'http://a.example/', true],
  ['[::1]:443', 'https://[::1]/', true],
];

test('what no_proxy leaves out', (t) => {
  for (const [list, url, isDirect] of EXCEPTIONS) t.is(isExcepted(new URL(url), list), isDirect, `${list} of ${url}`);
});
