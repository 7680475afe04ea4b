import { makeCorte } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { requires } from '../kit/requires.ts';
import { ALTERED, KINDS, SIGNED, startDifusores } from './difusores.ts';
import { lectorPublication } from './publication.ts';

/** That the stage is what it says: what is tried on it is worth as much as that. */

requires('nginx', ['nginx'])('five Difusores: each does what it is there for', async (t) => {
  const now = Date.now();
  const trust = signTrust(makeTrust({ now }));
  const difusores = await startDifusores(t, trust);
  const first = makeCorte({ trust, files: lectorPublication(1), takenAt: at(now - 60_000) });
  const second = makeCorte({ trust, previous: first, files: lectorPublication(2), takenAt: at(now) });
  await difusores.give(first, KINDS);
  await difusores.give(second);
  const { altera, atrasado, bueno, calla, lento } = difusores.all;

  const page = (of: { url: string }, address = 'index.html') => fetch(`${of.url}${address}`);
  const signed = String(second.content['index.html']);
  t.is(await (await page(bueno)).text(), signed);
  t.is(await (await page(altera)).text(), signed.replace(SIGNED, ALTERED));
  t.is(await (await page(altera, 'cotejo/c/2/index.html')).text(), signed.replace(SIGNED, ALTERED));
  const statement = await page(altera, 'cotejo/chain/jornada/000002/corte.json');
  t.deepEqual(Buffer.from(await statement.arrayBuffer()), second.files['corte.json']);
  t.is(await (await page(atrasado)).text(), String(first.content['index.html']));
  await t.throwsAsync(fetch(calla.url, { signal: AbortSignal.timeout(300) }), { any: true, name: 'TimeoutError' });
  calla.silence(false);
  t.is(await (await page(calla)).text(), signed);
  const slow = (await page(lento)).body?.getReader();
  const part = (await slow?.read())?.value as Uint8Array;
  t.true(part.length < Buffer.byteLength(signed), `${part.length} of ${Buffer.byteLength(signed)} bytes at once`);
  await slow?.cancel();
});
