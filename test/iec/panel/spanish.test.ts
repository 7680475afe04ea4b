import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { Refusal } from '../../../src/format/refusal.ts';
import { Said, said } from '../../../src/format/said.ts';
import { type Told, TROUBLE_CODES, Trouble, toldOf } from '../../../src/iec/link/trouble.ts';
import { recalled, troubleWords } from '../../../src/iec/link/trouble-words.ts';
import { words } from '../../../src/iec/link/words.ts';
import { packTroubleOf } from '../../../src/iec/pack/pack-trouble.ts';
import { SourceChanged } from '../../../src/iec/pack/source.ts';
import { causeWords } from '../../../src/iec/panel/words.ts';
import { readEstado } from '../../../src/iec/record/estado.ts';
import { englishWordsIn, shownBy } from '../../kit/languages.ts';
import { makeWall } from './wall.ts';

/** As it is in the records: English, with what a panel may show among it. */
const DETAIL = 'it was not taken on 192.0.2.7:22 because "datos/actas.csv" of corte 6 is over 4096 bytes';

test('with every trouble that there is, no English stands in the panel or in the list of Difusores', async (t) => {
  const ills = TROUBLE_CODES.map((code) => ({ failed: 3, trouble: [code, DETAIL] as const }));
  const wall = await makeWall(t, ills.length, ills);
  const { page, config, ledger } = wall;
  ledger.settleLinks(config.difusor);
  const troubles: Told[] = [
    ...TROUBLE_CODES.map((code) => ({ code, detail: said(DETAIL) })),
    packTroubleOf(new SourceChanged(new Said('"a" in the source is a FIFO', '"a" en la publicación es un FIFO'))),
  ];
  for (const packTrouble of troubles) {
    await wall.write(undefined, { packTrouble });
    t.deepEqual(englishWordsIn(shownBy(await readFile(page, 'utf8'))), [], packTrouble.code);
  }
  for (const keeper of ['ended', 'once'] as const) {
    await wall.write(undefined, { keeper });
    t.deepEqual(englishWordsIn(shownBy(await readFile(page, 'utf8'))), []);
  }
  t.regex(shownBy(await readFile(page, 'utf8')), /datos\/actas\.csv · corte 6 · 4096 bytes/);
  t.deepEqual(englishWordsIn(shownBy(await readFile(join(config.panel, 'difusores.html'), 'utf8'))), []);
  const { difusores } = JSON.parse(await readFile(join(config.panel, 'enlaces.json'), 'utf8'));
  t.deepEqual(
    difusores.map(({ cause }: { cause: string }) => cause),
    TROUBLE_CODES.map(causeWords),
  );
});

test('every trouble has a sentence of its own in Spanish', (t) => {
  const sentences = TROUBLE_CODES.map(troubleWords);
  t.deepEqual(sentences.flatMap(englishWordsIn), []);
  t.is(new Set(sentences).size, TROUBLE_CODES.length);
});

test('a record keeps the English; what is read back from it is told in Spanish by its code, with its values', async (t) => {
  const hostKey = new Trouble('host-key-changed', words.hostKey('192.0.2.9', 'SHA256:B', 'SHA256:A'));
  const { detail } = toldOf(hostKey);
  t.is(JSON.stringify({ detail }), '{"detail":"192.0.2.9 shows SHA256:B, SHA256:A is pinned"}');
  t.is(detail.es, '192.0.2.9 muestra SHA256:B, y la registrada es SHA256:A');

  const { config } = await makeWall(t, 1, [{ failed: 3, trouble: ['unreachable', '192.0.2.7:22: EHOSTUNREACH'] }]);
  const text = await readFile(join(config.panel, 'estado.json'), 'utf8');
  t.is(JSON.parse(text).nodes['difusor-0/web1'].trouble.detail, '192.0.2.7:22: EHOSTUNREACH');
  const estado = await readEstado(config.panel, 'jornada');
  const back = estado !== null && estado !== 'spoiled' ? estado.nodes['difusor-0/web1']?.trouble : null;
  t.deepEqual(back?.detail, recalled('unreachable', '192.0.2.7:22: EHOSTUNREACH'));
  t.is(back?.detail.es, 'no hay conexión con el servidor (192.0.2.7:22, EHOSTUNREACH)');
  const { sites, ...rest } = JSON.parse(text);
  t.like(JSON.parse(JSON.stringify(estado)), rest);
  // What is seen at a site is not known by its state alone: there the record has the sentence in both languages.
  const seen = estado !== null && estado !== 'spoiled' ? estado.sites['difusor-0'] : null;
  t.deepEqual([seen?.detail.en, seen?.detail.es], [sites['difusor-0'].detail, sites['difusor-0'].detalle]);
});

test('what a refusal says in Spanish is kept on the way to the panel', (t) => {
  const told = packTroubleOf(new Refusal('gap', new Said('corte 3 is missing', 'falta el corte 3')));
  t.is(told.detail.es, 'falta el corte 3');
});
