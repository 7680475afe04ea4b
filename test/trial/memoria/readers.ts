/** Who asks for what, and when: the readers of an election night, made by a count, the same every time. */

export interface Ask {
  /** from the beginning of the night */
  readonly minute: number;
  /** which of the two nodes is asked */
  readonly node: number;
  /** of 127.0.0.0/8: each reader asks from one of its own */
  readonly address: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isRobot: boolean;
}

/** What there is to be asked for, besides what every publication has: paths as they stand in a request. */
export interface Offered {
  readonly municipalities: readonly string[];
  readonly actas: readonly string[];
}

export const SITE = 'prep.example';
export const FRAME = '/cotejo/marco.html';
export const PORTALS: readonly string[] = ['https://www.vanguardia.example/', 'https://radio.example/noche'];

const BROWSERS: readonly string[] = [
  'Mozilla/5.0 (Linux; Android 7.0; SM-G610M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/58.0.3029.83 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_2 like Mac OS X) AppleWebKit/603.2.4 (KHTML, like Gecko) Version/10.0 Mobile/14F89 Safari/602.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:53.0) Gecko/20100101 Firefox/53.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/58.0.3029.110 Safari/537.36',
];
/** Those that AWStats knows too, and one that does not say who it is. */
const ROBOTS: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'curl/7.52.1',
  '',
];

/** Everything happens at minutes that are multiples of this: the servers' clock is set anew for each. */
const STEP = 5;
/** Between two visits of one reader: minutes, a few more than what ends a visit. */
const APART = 65;
/** Minutes for which a reader may be away and come back on the same visit: a few less. */
const PAUSE = 55;
/** No visit but an {@link odd} one begins within so many minutes before midnight, or after: none goes over it. */
const [BEFORE, AFTER] = [60, 65];
/** The last minute. */
const ENDS = 300;

/** @param midnight in minutes from the beginning of the night */
export function readersOf(readers: number, { municipalities, actas }: Offered, midnight: number): Ask[] {
  let state = 7;
  const chance = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.trunc((state / 2 ** 32) * most);
  };
  const one = <T>(of: readonly T[]): T => of[chance(of.length)] as T;
  const asks: Ask[] = [];
  for (let i = 0; i < readers; i++) {
    const address = `127.7.${Math.trunc(i / 200)}.${1 + (i % 200)}`;
    const isRobot = i % 8 === 0;
    const agent = isRobot ? ROBOTS[(i / 8) % ROBOTS.length]! : one(BROWSERS);
    const portal = i % 3 === 0 ? one(PORTALS) : null;
    const home = chance(2);
    const ask = (minute: number, path: string, headers: Record<string, string> = {}, method = 'GET') => {
      // Now and then a reader is sent to the other node by whoever shares the load.
      const node = chance(10) === 0 ? 1 - home : home;
      asks.push({ minute, node, address, method, path, headers: { 'User-Agent': agent, ...headers }, isRobot });
    };
    const crawl = (at: number) => {
      ask(at, '/robots.txt');
      ask(at, '/', {}, i % 16 === 0 ? 'GET' : 'HEAD');
      for (let page = 0; page < 4; page++) ask(at + page * STEP, `/municipios/${one(municipalities)}/`);
    };
    const visit = (at: number): number => {
      let shown = `http://${SITE}/`;
      if (portal === null) ask(at, '/', chance(2) ? { Referer: 'https://www.google.com/' } : {});
      else {
        shown = `http://${SITE}${FRAME}`;
        ask(at, FRAME, { Referer: portal, 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'cross-site' });
        ask(at, '/cotejo/marco.js', { Referer: shown, 'Sec-Fetch-Dest': 'script', 'Sec-Fetch-Site': 'same-origin' });
        ask(at, '/', { Referer: shown, 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'same-origin' });
      }
      ask(at, '/assets/estilo.css', { Referer: shown });
      ask(at, '/favicon.ico', { Referer: shown });
      ask(at, '/datos/entidad.json', { Referer: shown });
      let now = at;
      for (let page = chance(4); page > 0; page--) {
        const mayPause = now + PAUSE < midnight - 20 || now > midnight;
        now += mayPause && chance(5) === 0 ? PAUSE : STEP * (1 + chance(2));
        const name = one(municipalities);
        // Sent on from the one to the other, as a browser is.
        if (chance(5) === 0) ask(now, `/municipios/${name}`, { Referer: shown });
        ask(now, `/municipios/${name}/`, { Referer: shown });
        ask(now, '/assets/estilo.css', { Referer: shown });
        if (chance(2)) ask(now, one(actas), { Referer: shown });
        ask(now, chance(6) ? '/datos/entidad.json' : '/resultados.php', { Referer: shown });
      }
      return now;
    };
    for (let at = STEP * chance(18); at < ENDS; at += APART + STEP * chance(12)) {
      if (at >= midnight - BEFORE && at < midnight + AFTER) at = midnight + AFTER + STEP * chance(3);
      if (isRobot) crawl(at);
      else at = visit(at);
    }
  }
  return [...asks, ...odd(midnight)].filter(({ minute }) => minute < ENDS).sort((a, b) => a.minute - b.minute);
}

/** Two readers of whom we and AWStats make different visits: see {@link ODD_A_DAY}. */
function odd(midnight: number): Ask[] {
  const ask = (address: string, minute: number, path: string): Ask => {
    return { minute, node: 1, address, method: 'GET', path, headers: { 'User-Agent': BROWSERS[3]! }, isRobot: false };
  };
  return [
    // Between two pages the open page asks for data: one visit, since a reader was there; AWStats goes by pages.
    ask('127.8.0.1', 115, '/'),
    ...[125, 135, 145, 155, 165, 175].map((minute) => ask('127.8.0.1', minute, '/datos/entidad.json')),
    ask('127.8.0.1', 185, '/'),
    // Over midnight: one visit; AWStats subtracts figures of the clock.
    ask('127.8.0.2', midnight - 10, '/'),
    ask('127.8.0.2', midnight + 5, '/'),
  ];
}

/** So many visits more AWStats makes of the odd ones on each of the two days. */
export const ODD_A_DAY = 1;
