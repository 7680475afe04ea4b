import { UsageError } from '../config/usage-error.ts';
import { words } from './words.ts';

/** The first mirrors, as they are named on a command line. */
export interface FirstMirror {
  /** its host */
  readonly name: string;
  /** the folder of its site, with its `/` */
  readonly url: string;
}

/** More are of no use: those of the padrón follow. */
const MOST = 32;

/** @throws UsageError for an address that no browser would read, or too many */
export function readMirrors(addresses: readonly string[]): readonly FirstMirror[] {
  if (addresses.length > MOST) throw new UsageError(words.tooMany(MOST));
  const urls = new Set(addresses.map(folderOf));
  return [...urls].map((url) => ({ name: new URL(url).host, url }));
}

function folderOf(address: string): string {
  if (!URL.canParse(address)) throw new UsageError(words.notMirror(address));
  const url = new URL(address);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)))) {
    throw new UsageError(words.notMirror(address));
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}

/** A browser reads these without https, for trials. */
function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
