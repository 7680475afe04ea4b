/** Lines of access logs, for tests. */

export interface Hit {
  /** milliseconds since the epoch */
  readonly at: number;
  readonly address?: string;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly size?: number;
  readonly referrer?: string;
  readonly agent?: string;
}

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0';
export const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param offset minutes east of UTC, of the hours that are written */
export function combinedLine(hit: Hit, offset = -300): string {
  const { at, address = '192.0.2.1', method = 'GET', target = '/', status = 200, size = 100 } = hit;
  const { referrer = '-', agent = FIREFOX } = hit;
  const iso = new Date(at + offset * 60_000).toISOString();
  const [year, month, day] = iso.slice(0, 10).split('-');
  const zone = `${offset < 0 ? '-' : '+'}${String(Math.trunc(Math.abs(offset) / 60)).padStart(2, '0')}${String(Math.abs(offset) % 60).padStart(2, '0')}`;
  const time = `${day}/${MONTHS[Number(month) - 1]}/${year}:${iso.slice(11, 19)} ${zone}`;
  return `${address} - - [${time}] "${method} ${target} HTTP/1.1" ${status} ${size} "${referrer}" "${agent}"`;
}

/** As `systemd/nginx` and the built-in server write it. */
export function jsonLine(hit: Hit, more: Readonly<Record<string, unknown>> = {}): string {
  const { at, address = '192.0.2.1', method = 'GET', target = '/', status = 200, size = 100, referrer = '', agent = FIREFOX } = hit;
  const time = new Date(at).toISOString().replace('.000', '');
  return JSON.stringify({ time, addr: address, method, target, status, bytes: size, referer: referrer, agent, ...more });
}

export function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
