import { readFile } from 'node:fs/promises';
import test from 'ava';
import { addressesOf, addressLines } from '../../src/demo/addresses.ts';
import { foundInstitute } from '../../src/demo/institute.ts';
import { newNight } from '../../src/demo/night-clock.ts';
import { hashOf } from '../../src/format/hash.ts';
import { instantOf } from '../../src/format/time.ts';
import { parseTrust } from '../../src/format/trust.ts';
import { makeFolder } from '../kit/folders.ts';

const SHOWN = {
  sites: [
    { title: 'Difusor Norte', url: 'http://127.0.0.1:8081' },
    { title: 'Difusor Sur', url: 'http://127.0.0.1:8082' },
  ],
  panel: '/tmp/una carpeta/panel/index.html',
  list: '/tmp/una carpeta/panel/difusores.html',
  report: '/tmp/una carpeta/reporte.html',
  code: ['01234567', '89abcdef'],
};

test('every page has its address, and the code that the check asks for is told', (t) => {
  const addresses = addressesOf(SHOWN).map(([, address]) => address);
  for (const { url } of SHOWN.sites) for (const path of ['/', '/cotejo/']) t.true(addresses.includes(`${url}${path}`), path);
  for (const page of ['panel/index.html', 'panel/difusores.html', 'reporte.html']) {
    t.true(addresses.includes(`file:///tmp/una%20carpeta/${page}`), page);
  }
  for (const address of addresses) t.true(URL.canParse(address), address);
  const lines = addressLines(SHOWN, (text) => `*${text}*`);
  t.is(lines.at(-1), '*01234567 89abcdef*');
  t.is(new Set(lines.slice(0, 4).map((line) => line.lastIndexOf('  '))).size, 1, 'in columns');
});

test('the night is of 2018, and its trust document is valid by the clock of whoever opens its pages', async (t) => {
  const institute = await foundInstitute(await makeFolder(t), newNight(Infinity, new AbortController().signal));
  const bytes = await readFile(institute.anchor);
  t.true(instantOf(parseTrust(bytes).expires_at) > Date.now());
  t.is(institute.code.join(''), hashOf(bytes));
});
