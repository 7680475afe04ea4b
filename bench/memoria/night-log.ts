import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** An access log as a night of readers leaves it: each opens pages with what belongs to them, polls data, and goes. */

export type LogForm = 'combined' | 'json';

const FROM = Date.parse('2018-07-01T18:00:00-05:00');
const SECONDS = 27 * 3600;
/** The period that is counted of it: the last hours are outside. */
export const PERIOD = { from: FROM, to: FROM + 24 * 3_600_000, offset: -300 };

/** Different addresses from which somebody reads, one in five of IPv6. */
const ADDRESSES = 400_000;
/** Readers at one moment. */
const AT_ONCE = 3_000;

const AGENTS = Array.from({ length: 3_000 }, (_, i) =>
  i % 25 === 0
    ? `Mozilla/5.0 (compatible; Googlebot/2.${i}; +http://www.google.com/bot.html)`
    : `Mozilla/5.0 (Linux; Android ${5 + (i % 5)}.0; SM-G${900 + i}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${60 + (i % 8)}.0.${i}.84 Mobile Safari/537.36`,
);
const ASSETS = [
  '/css/estilo.css',
  '/js/app.js',
  '/js/mapa.js',
  '/img/logo.png',
  '/fonts/a.woff2',
  '/datos/avance.json',
  '/datos/votos.json',
];

/** @param file ends in `.gz` to be compressed */
export async function writeNight(file: string, lines: number, form: LogForm): Promise<void> {
  const pieces = Readable.from(nightPieces(lines, form), { objectMode: true, highWaterMark: 2 });
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  if (file.endsWith('.gz')) await pipeline(pieces, createGzip({ level: 6 }), out);
  else await pipeline(pieces, out);
}

function* nightPieces(lines: number, form: LogForm): Generator<string> {
  let state = 20_180_701;
  const chance = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.trunc((state / 2 ** 32) * most);
  };
  const line = form === 'json' ? jsonOf : combinedOf;
  const visitor = () => ({ reader: chance(ADDRESSES), page: chance(900), left: 8 + chance(60) });
  const now = Array.from({ length: AT_ONCE }, visitor);
  let piece: string[] = [];
  let [second, clock] = [-1, ''];
  for (let i = 0; i < lines; i++) {
    const at = Math.trunc((i / lines) * SECONDS);
    if (at !== second) [second, clock] = [at, form === 'json' ? isoAt(at) : combinedAt(at)];
    const place = chance(AT_ONCE);
    const visit = now[place]!;
    if (visit.left-- === 0) now[place] = visitor();
    const step = visit.left % 9;
    const target = step === 0 ? (visit.page < 300 ? '/' : `/distrito/${visit.page}.html`) : ASSETS[step % ASSETS.length]!;
    const what = chance(100);
    piece.push(
      line(
        clock,
        addressOf(visit.reader),
        target,
        what < 6 ? 304 : what < 8 ? 404 : 200,
        chance(30_000),
        AGENTS[visit.reader % AGENTS.length]!,
      ),
    );
    if (piece.length === 4_000) {
      yield piece.join('');
      piece = [];
    }
  }
  yield piece.join('');
}

function addressOf(reader: number): string {
  if (reader % 5 > 0) return `${187 + (reader % 3)}.${reader >> 16}.${(reader >> 8) & 255}.${reader & 255}`;
  return `2806:10ae:${(reader & 0xffff).toString(16)}:${(reader >> 3).toString(16)}::${(reader % 9999).toString(16)}`;
}

function isoAt(second: number): string {
  return new Date(FROM + second * 1000).toISOString();
}

function combinedAt(second: number): string {
  const iso = new Date(FROM + second * 1000 - 5 * 3_600_000).toISOString();
  return `${iso.slice(8, 10)}/Jul/2018:${iso.slice(11, 19)} -0500`;
}

function combinedOf(clock: string, address: string, target: string, status: number, size: number, agent: string): string {
  return `${address} - - [${clock}] "GET ${target} HTTP/1.1" ${status} ${size} "https://prep.example/" "${agent}" prep.example "12" 0.001 "same-origin"\n`;
}

function jsonOf(clock: string, address: string, target: string, status: number, size: number, agent: string): string {
  return `{"time":"${clock}","addr":"${address}","method":"GET","target":"${target}","status":${status},"bytes":${size},"referer":"https://prep.example/","agent":"${agent}","host":"prep.example","corte":"12","seconds":0.001,"site":"same-origin","dest":"empty"}\n`;
}
