import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { repository } from '../kit/programs.ts';
import { requires, requiresShared } from '../kit/requires.ts';
import { files, serve } from '../kit/web.ts';
import { type Edge, edges } from './ed25519-edges.ts';
import type { Verdicts } from './ed25519-in-page.ts';
import { publicVectors } from './ed25519-vectors.ts';

/** Signatures in a real browser: a citizen's page must give the same verdicts as the auditor's command. */

const inBrowser = requires('chromium', ['chromium']);

test.after.always(closeBrowser);

inBrowser.serial('in a browser every edge has the verdict of the rule, by tweetnacl and by WebCrypto', async (t) => {
  const verdicts = await verdictsInPage(t, edges());
  // WebCrypto accepts keys of low order although its specification forbids it, so it is not enough by itself.
  t.log(`WebCrypto alone says otherwise of ${verdicts.filter((one) => one.webCryptoAlone !== one.webCrypto).length}`);
});

requiresShared('vectors', inBrowser).serial('in a browser the public vectors have their verdicts', async (t) => {
  await verdictsInPage(t, publicVectors());
});

async function verdictsInPage(t: ExecutionContext, cases: readonly Edge[]): Promise<Verdicts[]> {
  const { outputFiles } = await build({
    entryPoints: [join(repository(), 'test/format/ed25519-in-page.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    tsconfigRaw: {},
  });
  const page = await newPage(t);
  // WebCrypto is only there in a secure context, which the loopback interface is.
  const site = await serve(t, files(new Map([['', '<!doctype html>']])));
  await page.goto(site.href);
  await page.addScriptTag({ content: outputFiles[0]!.text });
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const spelled = cases.map(({ name, message, signature, key }) => {
    return { name, message: hex(message), signature: hex(signature), key: hex(key) };
  });
  const verdicts = await page.evaluate<Verdicts[]>(`verdictsOf(${JSON.stringify(spelled)})`);
  t.deepEqual(
    verdicts.map(({ name, tweetnacl, webCrypto }) => ({ name, tweetnacl, webCrypto })),
    cases.map(({ name, verdict }) => ({ name, tweetnacl: verdict, webCrypto: verdict })),
  );
  return verdicts;
}
