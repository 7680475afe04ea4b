import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import type { MirrorState } from '../../src/page/lector/messages.ts';
import { closeBrowser } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { requires } from '../kit/requires.ts';
import { isContent, type Night, type Site, serveSite, type Twist } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import { cortesOf, type Reader, unsigned } from './reader.ts';
import { newVisit } from './visit.ts';

/**
 * Mirrors that answer otherwise than they should, each beside a good one: the reader gets what was signed, to the byte, and
 * from a mirror alone that has nothing else to give, nothing at all.
 */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const now = Date.now();
const trust = signTrust(makeTrust({ now }));
const corte = makeCorte({ trust, files: lectorPublication(1), takenAt: at(now - 60_000) });
const night: Night = { trusts: [trust], cortes: [corte] };

/**
 * What a mirror does with the files of the publication; `state` is what the reader is told of it. Who leads elsewhere fails
 * only after many steps: where the other one brought the file before, nothing is told of it.
 */
const TWISTS: Readonly<Record<string, { readonly twist: Twist; readonly state: MirrorState; readonly or?: MirrorState }>> = {
  'half of a file': {
    state: 'entrego-otra-cosa',
    twist: content((response, body) => response.writeHead(200).end(body.subarray(0, body.length / 2))),
  },
  'a connection that breaks in the middle': {
    state: 'responde',
    twist: content((response, body) => {
      response.writeHead(200, { 'content-length': body.length }).write(body.subarray(0, body.length / 2));
      setImmediate(() => response.destroy());
    }),
  },
  'a byte more': {
    state: 'entrego-otra-cosa',
    twist: content((response, body) => response.writeHead(200).end(Buffer.concat([body, Buffer.from(' ')]))),
  },
  'a file without an end': {
    state: 'entrego-otra-cosa',
    twist: content((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
      };
      response.on('drain', more);
      more();
    }),
  },
  'other types': {
    state: 'responde',
    twist: content((response, body) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-disposition': 'attachment' }).end(body),
    ),
  },
  'compressed, and said so': {
    state: 'responde',
    twist: content((response, body) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))),
  },
  'compressed, and not said so': {
    state: 'entrego-otra-cosa',
    twist: content((response, body) => response.writeHead(200).end(gzipSync(body))),
  },
  'a redirect to another site': {
    state: 'calla',
    or: 'responde',
    twist: content((response) => response.writeHead(302, { location: 'http://localhost:9/' }).end()),
  },
  'a redirect to itself': {
    state: 'calla',
    or: 'responde',
    twist: (response, path, body) =>
      isContent(path) && body !== undefined && !!response.writeHead(302, { location: `/${path}` }).end(),
  },
  'a page in the place of everything': {
    state: 'entrego-otra-cosa',
    twist: content((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Inicie sesión</title><script>top.mala = 1</script>'),
    ),
  },
  'a byte at a time': {
    state: 'responde',
    twist: content((response, body) => {
      response.writeHead(200, { 'content-length': body.length });
      let given = 0;
      const more = () => {
        if (!response.destroyed) response.write(body.subarray(given, ++given), () => setTimeout(more, 50));
      };
      more();
    }),
  },
  'an error for everything': { state: 'responde', twist: content((response) => response.writeHead(503).end('no')) },
};

/** It tells what it has once the other one was asked for what is shown, however long a busy machine takes for that. */
function after(other: Site): Twist {
  return (response, path, body) => {
    if (path !== 'cotejo/chain/index.json') return false;
    const answer = (tries: number) => {
      const isDue = tries === 0 || response.destroyed || other.asked.some((one) => isContent(one.path));
      if (isDue) response.writeHead(200).end(body);
      else setTimeout(answer, 50, tries - 1);
    };
    answer(WAITS);
    return true;
  };
}

/** Of 50 ms. */
const WAITS = 400;

function content(does: (response: Parameters<Twist>[0], body: Buffer) => unknown): Twist {
  return (response, path, body) => {
    if (!isContent(path) || body === undefined) return false;
    does(response, body);
    return true;
  };
}

for (const [name, { twist, state, or = state }] of Object.entries(TWISTS)) {
  inBrowser(`beside a good mirror: ${name}`, async (t) => {
    const bad = await serveSite(t, night, twist);
    const good = await serveSite(t, night, after(bad));
    const reader = await visit(t, [bad, good]);
    const frame = await reader.open();
    t.deepEqual(new Set(Object.values(await cortesOf(frame))), new Set(['1']));
    const given = await reader.given();
    t.true(given.length >= 6);
    t.deepEqual(unsigned(given, corte), []);
    t.true(
      bad.asked.some(({ path }) => isContent(path)),
      'the bad one was asked',
    );
    for (const { headers } of [...bad.asked, ...good.asked]) t.is(headers['cookie'], undefined);
    const { mirrors } = await reader.ask({ ask: 'estado' });
    const told = mirrors.find(({ url }) => url === bad.url)?.state;
    t.true(told === state || told === or, told);
    t.is(await reader.page.evaluate('window.mala'), undefined);
  });
}

for (const [name, { twist, state }] of Object.entries(TWISTS).filter(([, one]) => one.state === 'calla')) {
  inBrowser(`a mirror alone: ${name}: it does not answer, and nothing is shown`, async (t) => {
    const alone = await serveSite(t, night, (response, path, body) => {
      // Another look is not answered: what is told of this mirror is then told for its files.
      if (path === 'cotejo/chain/index.json' && alone.asked.some((one) => isContent(one.path))) return true;
      return twist(response, path, body);
    });
    const reader = await visit(t, [alone]);
    await reader.page.goto(reader.origin);
    await reader.page.locator('[data-standing="corte"]').waitFor(); // its chain is right
    const ask = () => reader.ask({ ask: 'estado' });
    let estado = await ask();
    for (let tries = 0; tries < WAITS && estado.troubles.length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      estado = await ask();
    }
    t.deepEqual(estado.troubles, [{ kind: 'archivo', number: 1, path: 'index.html' }]);
    t.is(estado.mirrors[0]?.state, state);
    t.deepEqual(
      (await reader.given()).filter(({ status }) => status === 200),
      [],
    );
  });
}

inBrowser('a mirror that sets cookies gets none back', async (t) => {
  const site = await serveSite(t, night, (response) => {
    response.setHeader('set-cookie', 'quien=usted; Path=/');
    return false;
  });
  const reader = await visit(t, [site]);
  await reader.open();
  await reader.open('municipio/saltillo.html');
  await reader.ask({ ask: 'busca' });
  t.true(site.asked.length > 8);
  for (const { headers } of site.asked) {
    t.is(headers['cookie'], undefined);
    t.is(headers['referer'], undefined);
  }
});

async function visit(t: ExecutionContext, sites: readonly Site[]): Promise<Reader> {
  return (
    await newVisit(
      t,
      trust,
      sites.map(({ url }) => url),
    )
  ).reader;
}

inBrowser('a file that no mirror gives as it was signed is not shown, and its place says so', async (t) => {
  const alone = await serveSite(t, night, (response, path, body) => {
    if (!path.endsWith('img/acta.svg') || body === undefined) return false;
    response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(Buffer.from(String(body).replace('Votos: 1', 'Votos: 9')));
    return true;
  });
  const reader = await visit(t, [alone]);
  const frame = await reader.open();
  t.deepEqual(unsigned(await reader.given(), corte), []);
  t.is(await frame.evaluate("document.querySelector('#aqui').naturalWidth"), 0);
  const estado = await reader.ask({ ask: 'estado' });
  t.deepEqual(
    estado.troubles.filter(({ kind }) => kind === 'archivo'),
    [{ kind: 'archivo', number: 1, path: 'img/acta.svg' }],
  );
  t.is(estado.mirrors[0]?.state, 'entrego-otra-cosa');
});
