import test from 'ava';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { encodeSignature, signedBytes } from '../../src/format/sshsig.ts';
import { webEquation } from '../../src/page/web-equation.ts';
import { edges } from '../format/ed25519-edges.ts';
import { publicVectors } from '../format/ed25519-vectors.ts';
import { goodChain } from '../kit/broken-chains.ts';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';
import { requires, requiresShared } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/** The browser's own Ed25519 behind our strict checks, held to what tweetnacl and OpenSSL are held to. */

type Subtle = NonNullable<Parameters<typeof webEquation>[0]>;

const inBrowser = requires('chromium', ['chromium']).serial;
const withVectors = requiresShared('vectors', requires('chromium', ['chromium'])).serial;

test.after.always(closeBrowser);

/** Node has the same interface as a browser, so most is tried without one. */
test('an answer that waits is the one that is given, for its own message alone', async (t) => {
  const { trusts, jornada } = goodChain();
  const corte = jornada[0].files;
  const found: boolean[] = [];
  const subtle: Subtle = {
    importKey: crypto.subtle.importKey.bind(crypto.subtle),
    verify: async (...all) => {
      const holds = await crypto.subtle.verify(...all);
      found.push(holds);
      return holds;
    },
  };
  const { prepare, equation, isNative } = await webEquation(subtle);
  t.true(isNative);
  t.deepEqual(found.splice(0), [true, false], 'it was asked whether it tells good from bad');
  await prepare(corte['corte.json'], corte['corte.json.sig'], 'corte@cotejo');
  t.deepEqual(found.splice(0), [true]);
  await prepare(trusts[0].bytes, corte['corte.json.sig'], 'corte@cotejo');
  t.deepEqual(found, [false]);
  const key = makeKey('firma-1');
  const raw = key.signRaw(signedBytes(corte['corte.json'], 'corte@cotejo'));
  t.false(equation(signedBytes(trusts[0].bytes, 'corte@cotejo'), raw, key.point));
  t.true(equation(signedBytes(corte['corte.json'], 'corte@cotejo'), raw, key.point));
  await prepare(corte['corte.json'], encodeSignature(key.point, 'trust@cotejo', raw), 'corte@cotejo');
  await prepare(corte['corte.json'], new Uint8Array(9), 'corte@cotejo');
  t.is(found.length, 1, 'what is malformed is not asked');
});

test('a browser without it, with one that says yes to all, or none at all: tweetnacl', async (t) => {
  const none = { importKey: () => Promise.reject(new DOMException('?', 'NotSupportedError')) };
  const yes = { importKey: () => Promise.resolve({}), verify: () => Promise.resolve(true) };
  for (const subtle of [none, yes]) t.false((await webEquation(subtle as unknown as Subtle)).isNative);
});

/** The module by itself in a page: the strict checks and the browser's equation, and tweetnacl's beside it. */
async function inPage(t: Parameters<typeof serve>[0] & Parameters<typeof newPage>[0]): Promise<Page> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { isStrictlyEncoded, isStrictPoint, verifyEd25519 } from './src/format/ed25519.ts';
        import { webEquation } from './src/page/web-equation.ts';
        const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
        window.run = async (edges) => {
          const { isNative } = await webEquation();
          const wrong = [];
          for (const [name, k, m, s, verdict] of edges) {
            const [key, message, signature] = [k, m, s].map(hex);
            let native = isStrictlyEncoded(signature, key) && isStrictPoint(key);
            if (native) native = await crypto.subtle.verify('Ed25519', await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']), signature, message);
            if (native !== verdict || verifyEd25519(message, signature, key) !== verdict) wrong.push(name);
          }
          return { isNative, wrong };
        };`,
      resolveDir: repository(),
    },
    absWorkingDir: repository(),
    bundle: true,
    write: false,
    format: 'esm',
    tsconfigRaw: {},
  });
  const script = outputFiles[0]!.text;
  const site = await serve(t, (request, response) => {
    const isScript = request.url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<script type="module" src="script.js"></script>');
  });
  const page = await newPage(t);
  await page.goto(site.href);
  return page;
}

async function run(page: Page, all: ReturnType<typeof edges>): Promise<unknown> {
  const asked = all.map(({ name, key, message, signature, verdict }) => [
    name,
    ...[key, message, signature].map((bytes) => Buffer.from(bytes).toString('hex')),
    verdict,
  ]);
  return page.evaluate(`window.run(${JSON.stringify(asked)})`);
}

inBrowser('every edge of Ed25519 in Chromium, by its own code and by tweetnacl', async (t) => {
  t.deepEqual(await run(await inPage(t), edges()), { isNative: true, wrong: [] });
});

withVectors('the public vectors in Chromium, by its own code and by tweetnacl', async (t) => {
  t.deepEqual(await run(await inPage(t), publicVectors()), { isNative: true, wrong: [] });
});
