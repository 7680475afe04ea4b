import { BlockList, isIP } from 'node:net';
import { UsageError } from '../../config/usage-error.ts';
import { words } from './words.ts';

/**
 * Which proxy an address is asked through, by the variables of the environment that curl takes, as curl takes them. Node
 * itself takes them from version 24 on, by other rules; here they are the same in every version.
 */

export interface Proxy {
  /** whether it is itself spoken to by TLS */
  readonly secure: boolean;
  /** a name or an address, without brackets */
  readonly host: string;
  readonly port: number;
  /** `name:password`, in clear: never to be shown; null where it has none */
  readonly credentials: string | null;
}

export type ProxyFor = (url: URL) => Proxy | null;

/** No proxy for anything. */
export const DIRECT: ProxyFor = () => null;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env `https_proxy`, `all_proxy` and `no_proxy`, in small letters or else in large ones; `http_proxy` in small ones
 *   only, since a CGI program's `HTTP_PROXY` is what a request says. An empty one counts as none
 * @throws UsageError where one names no proxy, or one of a kind that is not spoken here
 */
export function proxiesOf(env: Environment): ProxyFor {
  const first = (...names: string[]) => names.find((name) => env[name]);
  const all = first('all_proxy', 'ALL_PROXY');
  const [forHttp, forHttps] = [first('http_proxy') ?? all, first('https_proxy', 'HTTPS_PROXY') ?? all].map((name) =>
    name === undefined ? null : proxyAt(name, env[name] ?? ''),
  );
  const exceptions = env[first('no_proxy', 'NO_PROXY') ?? ''] ?? '';
  return (url) => {
    const proxy = (url.protocol === 'https:' ? forHttps : forHttp) ?? null;
    return proxy === null || isExcepted(url, exceptions) ? null : proxy;
  };
}

/** curl's port of a proxy that names none. */
const PORT = 1080;

/** The words never repeat the value: it may hold a password. */
function proxyAt(name: string, value: string): Proxy {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) throw new UsageError(words.noProxyAddress(name), words.whichProxy);
  const { protocol, hostname, port, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new UsageError(words.otherProxy(name, protocol.slice(0, -1)), words.whichProxy);
  }
  const secure = protocol === 'https:';
  // A URL forgets the usual port of its scheme, which is not the usual one of a proxy.
  const authority = text.split(/[/?#]/)[2] ?? '';
  const isUsual = /:0*(?:80|443)$/.test(authority.slice(authority.lastIndexOf('@') + 1));
  const usual = secure ? 443 : isUsual ? 80 : PORT;
  const credentials = username === '' && password === '' ? null : `${unescaped(username)}:${unescaped(password)}`;
  return { secure, host: bare(hostname), port: port === '' ? usual : Number(port), credentials };
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a `%` that was meant as one
  }
}

/**
 * Whether a host is asked without a proxy: `*` alone; a name, of which every name below it is part, with a dot before it
 * or without; an address, or a block of them (`10.0.0.0/8`). With a port, as other programs have it and curl has not, only
 * that port.
 * @param exceptions with commas or white space between them
 * @internal
 */
export function isExcepted(url: URL, exceptions: string): boolean {
  if (exceptions.trim() === '*') return true;
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, ofPort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      return (ofPort === undefined || ofPort === port) && isCovered(host, bare(name));
    });
}

function isCovered(host: string, entry: string): boolean {
  const family = familyOf(host);
  if (family === null) {
    const name = entry.replace(/^\./, '');
    return name !== '' && (host === name || host.endsWith(`.${name}`));
  }
  const [address = '', prefix] = entry.split('/');
  if (familyOf(address) !== family || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  const most = family === 'ipv4' ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  if (bits > most) return false;
  const block = new BlockList();
  block.addSubnet(address, bits, family);
  return block.check(host, family);
}

function familyOf(text: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(text);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
}

/** Without the brackets of an address, or the dot that a whole name may end in. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
