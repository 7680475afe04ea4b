import test from 'ava';
import { authorizedAt } from '../../src/page/presentations.ts';
import { makeCorte } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { authorized } from '../kit/presentation.ts';

/** What the page says of presentations, from the documents that a site shows. */

const trust = signTrust(makeTrust());

test('the page names what the newest corte authorises, and nothing that the site made up', async (t) => {
  const files = {
    'index.html': 'x',
    ...authorized(),
    ...authorized({ name: 'mapa', first: 2 }),
    ...authorized({ name: 'otra-fase', phase: 'simulacro-1' }),
    'oficial/autorizaciones/vanguardia-rota.json': '{}',
    ...authorized({ difusor: 'zocalo', title: 'Zócalo' }),
  };
  const corte = makeCorte({ trust, files });
  const shown: Record<string, Uint8Array> = { ...corte.content };
  const asked: string[] = [];
  const read = (url: URL, path: string) => {
    asked.push(url.pathname);
    return Promise.resolve(shown[path] ?? null);
  };
  const look = async () => {
    const found = await authorizedAt(read, new URL('https://prep.example/'), corte, corte.manifest);
    return found.map(({ difusor, title }) => `${difusor}: ${title}`);
  };
  t.deepEqual(await look(), ['vanguardia: Tablero de Vanguardia', 'zocalo: Zócalo']);
  t.is(asked.length, 5);
  const [path = '', bytes] = Object.entries(authorized({ title: 'Otro título' }))[0] ?? [];
  shown[path] = bytes ?? new Uint8Array();
  t.deepEqual(await look(), ['zocalo: Zócalo']);
});
