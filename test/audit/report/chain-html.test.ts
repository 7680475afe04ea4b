import test from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { words as check } from '../../../src/audit/check/words.ts';
import { looksOf } from '../../../src/audit/looks.ts';
import { chainHtml } from '../../../src/audit/report/chain-html.ts';
import { chainText } from '../../../src/audit/report/chain-text.ts';
import { folderSource } from '../../../src/audit/source/folder.ts';
import { words } from '../../../src/audit/words.ts';
import { inLanguage, type Language, type Said } from '../../../src/format/said.ts';
import { filesOf, goodChain, writeFiles } from '../../kit/broken-chains.ts';
import { makeCorte } from '../../kit/cortes.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { englishWordsIn, shownBy } from '../../kit/languages.ts';

const good = goodChain();
const NOTHING = { acuses: false, acuseKeys: false };
const HOUR = '2018-07-02T02:00:00-05:00';

test('the page shows each corte, its key and its pause, and needs nothing from elsewhere', async (t) => {
  const files = filesOf(good);
  // A late corte, with a note that contains markup.
  const [, second] = good.trusts;
  const late = makeCorte({
    trust: second,
    previous: good.jornada[3],
    signer: 'relevo-1',
    takenAt: '2018-07-01T20:30:00-05:00',
    note: '<script>alert(1)</script> "&',
    files: { 'index.html': 'tarde' },
  });
  for (const [name, bytes] of Object.entries(late.files)) files.set(`jornada/000005/${name}`, bytes);
  const { chain } = await writeFiles(await makeFolder(t), files);
  const page = chainHtml(await auditChain(await folderSource(chain), good.trusts[0]), {}, looksOf(NOTHING), {
    place: '<chain>',
    checkedAt: HOUR,
  });
  t.is(page.match(/<title>Corte \d+ /g)?.length, 6);
  t.is(page.match(/class="key-label /g)?.length, 3);
  t.is(page.match(/class="gap"/g)?.length, 1);
  t.true(page.includes('la pausa más larga, 1 h'));
  t.true(page.includes('&#60;script&#62;alert(1)&#60;/script&#62; &#34;&#38;'));
  t.false(/<script|<link|<img|src=|href=|url\(|https?:/.test(page));
  t.true(page.includes("default-src 'none'; style-src 'sha256-"));
  t.false(/ style=/.test(page), 'which the policy would leave without effect');
});

test('the page names what is not authentic', async (t) => {
  const files = filesOf(good);
  files.set('jornada/000002/corte.json', Buffer.from('{}'));
  const { chain } = await writeFiles(await makeFolder(t), files);
  const page = chainHtml(await auditChain(await folderSource(chain), good.trusts[0]), {}, looksOf(NOTHING), {
    place: chain,
    checkedAt: HOUR,
  });
  t.true(page.includes('El corte 2 de jornada no es auténtico.'));
  t.true(page.includes('<code>signature-invalid</code>'));
});

test('the page says what was checked and what was not, in the verdict too', async (t) => {
  const { chain } = await writeFiles(await makeFolder(t), filesOf(good));
  const source = await folderSource(chain);
  const at = { place: chain, checkedAt: HOUR };
  const alone = chainHtml(await auditChain(source, good.trusts[0]), {}, looksOf(NOTHING), at);
  t.regex(alone, /<p class="verdict good">[^\n]*No se abrieron los paquetes/);
  t.regex(alone, /Qué no se comprobó(?:.|\n)*los paquetes y su contenido(?:.|\n)*los acuses(?:.|\n)*lo que muestran los sitios/);
  const whole = looksOf({ packages: true, acuses: true, acuseKeys: true });
  const page = chainHtml(
    await auditChain(source, good.trusts[0], { packages: true }),
    { acuses: { nodes: [], refused: [] } },
    whole,
    at,
  );
  t.notRegex(page, /No se abrieron los paquetes/);
  t.regex(page, /los paquetes y su contenido(?:.|\n)*Qué no se comprobó/);
});

test('a receipt that is past the end of the copy is told as that, and not as one of another chain', async (t) => {
  const { chain } = await writeFiles(await makeFolder(t), filesOf(good));
  const audit = await auditChain(await folderSource(chain), good.trusts[0]);
  const page = (code: 'gap' | 'fork') => {
    const acuses = { nodes: [], refused: [{ path: 'jornada/000006.json', code, detail: words.noSignature }] };
    return chainHtml(audit, { acuses }, looksOf(NOTHING), { place: chain, checkedAt: HOUR });
  };
  t.notRegex(page('gap'), /verdict bad/);
  t.regex(page('gap'), /class="warning"(?:.|\n)*000006/);
  t.regex(page('fork'), /verdict bad(?:.|\n)*000006/);
});

test('nothing in it is English for who reads Spanish: faults, warnings and refused acuses neither', async (t) => {
  const { chain } = await writeFiles(await makeFolder(t), filesOf(good));
  const sound = await auditChain(await folderSource(chain), good.trusts[0]);
  const wrong = (detail: Said) => ({ phase: 'jornada', number: 3, code: 'gap', detail }) as const;
  const audit = {
    ...sound,
    refused: wrong(check.missing(3, 4)),
    phases: sound.phases.map((phase) => ({ ...phase, refused: wrong(check.lacksFile(3, 'corte.json.sig')) })),
    warnings: [words.moved('http://a.example', 'https://a.example'), words.claimsTrust(3, 2), words.claimsFirst(3, 'jornada')],
  };
  const node = { difusor: 'a', node: 'web1', key: makeKey('a').publicKey, acuses: 3 };
  const acuses = {
    nodes: [{ ...node, median_delay_seconds: 4, longest_delay_seconds: 9 }],
    refused: [{ path: 'jornada/000003.json', code: 'delivery-incomplete', detail: words.noSignature }] as const,
  };
  for (const looked of [looksOf(NOTHING), looksOf({ acuses: true, acuseKeys: true, packages: true })]) {
    const page = chainHtml(audit, { acuses }, looked, { place: chain, checkedAt: HOUR });
    const spanish = page.replace(/<span lang="en">.*?<\/span>/gs, ' ');
    t.deepEqual(englishWordsIn(shownBy(spanish)), []);
    t.regex(shownBy(spanish), /falta el corte 3, y está el 4/);
    t.regex(shownBy(page.replace(/<span lang="es">.*?<\/span>/gs, ' ')), /corte 3 is missing, corte 4 is there/);
    const text = (language: Language) =>
      chainText(audit, { acuses }, looked, {
        language,
        told: (sentence) => inLanguage(sentence, language),
        bold: (title) => title,
      });
    t.deepEqual(englishWordsIn(text('es')), []);
    t.regex(text('en'), /jornada \(oficial\): \d+ cortes, corte 3 is refused: gap/);
  }
});
