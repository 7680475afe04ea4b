import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { CODES } from '../../../src/format/refusal.ts';
import { commentsIn } from '../../../src/memoria/document/comments.ts';
import { addressAsRead } from '../../../src/memoria/document/origin.ts';
import { memoriaPage } from '../../../src/memoria/document/page.ts';
import { codeWords, fileStateWords, incidentWords, kindWords } from '../../../src/memoria/document/words.ts';
import { KINDS } from '../../../src/memoria/incident/kinds.ts';
import type { Memoria } from '../../../src/memoria/memoria.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { makeFolder } from '../../kit/folders.ts';
import { requires } from '../../kit/requires.ts';
import { HOSTILE, memoria } from '../example.ts';

test.after.always(closeBrowser);

const files = [{ path: 'datos/por-hora.csv', sha256: 'a'.repeat(64), bytes: 1234 }];
const drill: Memoria = { ...memoria, about: { ...memoria.about, kind: 'simulacro' } };

test('the document says what base VI asks for, and what it can not say', (t) => {
  const page = memoriaPage(memoria, files);
  for (const said of [
    'Memoria técnica de la difusión',
    'Resultados preliminares',
    'Visitas, páginas y hits',
    'Comparación con lo habitual',
    'Incidentes',
    'Comentarios del Difusor',
    'Lo que esta memoria no puede cubrir',
    'sin terminación, .htm, .html, .php',
    'sin más de 60 min entre una petición y la siguiente',
    '--from 2018-07-03T00:00:00-05:00',
    'viernes 1 de junio de 2018',
    '× 86.1',
    '38 min 5 s',
    'memoria@cotejo',
    'En lugar del corte 19 se vio el aviso',
    'firma no correspondía a su contenido',
  ])
    t.true(page.includes(said), said);
  t.false(/resultados oficiales|firma electrónica avanzada/i.test(page));
  t.is(memoriaPage(memoria, files), page, 'the same of the same');
  t.false(page.includes('Simulacro'));
});

test('nothing of a log, of the record or of the comments is markup', (t) => {
  const page = memoriaPage(memoria, files);
  t.true(page.includes('/&#60;script&#62;alert(1)&#60;/script&#62;?a=1&#34;&#39;&#38;'));
  t.true(page.includes('&#60;b&#62;No&#60;/b&#62;'));
  t.true(page.includes('Vanguardia &#60;MX&#62;'));
  t.false(
    /<script|<b>|<link|<img|src=|href=|javascript:|https?:/.test(
      page.replace(HOSTILE.formula, '').replace(/http:&#47;|http:\/\/mal\.example/g, ''),
    ),
  );
  t.true(page.includes("default-src 'none'; style-src 'sha256-"));
  t.false(/ style=/.test(page), 'which the policy would leave without effect');
});

test('the lists of what was asked for have no column that says the same as another', (t) => {
  const page = memoriaPage(memoria, files);
  const headsOf = (caption: string) => {
    const [, heads] = page.split(`<caption>${caption}</caption>`)[1]?.split(/<thead>|<\/thead>/) ?? [];
    return [...(heads ?? '').matchAll(/<th[^>]*>([^<]*)/g)].map(([, head]) => head);
  };
  t.deepEqual(headsOf('Las direcciones más pedidas'), ['Dirección', 'Páginas', 'Enviado']);
  t.deepEqual(headsOf('Sitios cuyas páginas llevaron a este'), ['Sitio', 'Páginas', 'Enviado']);
  t.deepEqual(headsOf('Portales que lo mostraron'), ['Portal', 'Páginas', 'Enviado']);
  t.true(page.includes('A un renglón le pueden faltar hasta 12 páginas.'));
});

test('an address is shown as people read it, where nothing of it would be hidden by that', (t) => {
  t.is(addressAsRead('/municipios/M%C3%BAzquiz/'), '/municipios/Múzquiz/');
  t.is(addressAsRead('/municipios/San%20Pedro/?a=%3Cb%3E'), '/municipios/San Pedro/?a=<b>');
  for (const as of ['/a%2Fb', '/%2541', '/%FF', '/%', '/a%20', '/a%20%20b', '/a%C2%A0%20b']) t.is(addressAsRead(as), as);
});

test('without days to compare with, without cortes, without anything, it says so', (t) => {
  const { figures, nodes } = memoria;
  const empty = memoriaPage(
    {
      ...memoria,
      base: null,
      comments: [],
      incidents: [],
      chain: { ...memoria.chain, cortes: 0, final: false, head: null },
      nodes: [{ ...nodes[0], spans: [], published: [], pace: { cortes: 0, published: 0, median: null, longest: null } }],
      figures: { ...figures, cortes: [], avisos: [], peakRequests: null, knowsRobots: false, statuses: [], overlaps: [] },
    },
    [],
  );
  for (const said of [
    'no hay con qué comparar',
    'El nodo no tiene cortes de esta fase',
    'no tiene ningún incidente',
    'no agregó comentarios',
    'ninguno se aparta de las personas',
    'El registro no dice nada de este periodo',
  ])
    t.true(empty.includes(said), said);
  t.false(/NaN|undefined|Infinity|null/.test(empty));
  t.false(/NaN|undefined|Infinity/.test(memoriaPage(memoria, files)));
  const broken = memoriaPage({ ...memoria, chain: { ...memoria.chain, refused: { number: 7, code: 'fork' } } }, files);
  t.true(broken.includes('no es auténtica desde el corte 7 (<code>fork</code>)'));
});

test('what is not known is not claimed: cortes after the last one received, what the record does not reach, what was limited', (t) => {
  const whole = { ...memoria, incidents: memoria.incidents.filter(({ kind }) => kind !== 'caida' && kind !== 'reinicio') };
  const [plain] = whole.incidents;
  const page = memoriaPage(whole, files);
  t.true(page.includes('del primero al último, sin que falte alguno; el último es el final'));
  t.true(page.includes('<li>La revisión permanente encontró'));
  t.regex(page, /código 429\)[^<]*\(301, 302\)[^<]*una de cada cien[^<]*ninguna/);
  const sampled = [301, 302, 429].map((status) => ({ status, requests: status, bytes: 0 }));
  const some = memoriaPage({ ...whole, figures: { ...memoria.figures, statuses: sampled } }, files);
  t.regex(some, /una de cada cien[^<]*\(aquí se cuentan las anotadas: 429 con 429 y 603 con 301 o 302\)/);
  t.false(page.includes('no está en ninguna cifra'));
  const unrecorded = { ...plain!, kind: 'bitacora', code: null, examples: [] } as const;
  const gap = memoriaPage({ ...whole, incidents: [...whole.incidents, unrecorded] }, files);
  t.regex(gap, /la bitácora estuvo detenida[^<]*no está en ninguna cifra/);

  const open = memoriaPage({ ...whole, chain: { ...memoria.chain, final: false } }, files);
  t.false(open.includes('sin que falte alguno;'));
  t.true(open.includes('hasta el último que recibió este nodo'));
  t.true(open.includes('si el IEC emitió otros, aquí no se sabe'));

  const clean = whole.incidents.filter(({ kind }) => kind !== 'alteracion');
  const found = (changes: Partial<Memoria>) =>
    /<li>([^<]*[Ll]a revisión permanente[^<]*)/.exec(memoriaPage({ ...whole, incidents: clean, ...changes }, files))?.[1] ?? '';
  t.true(found({}).startsWith('La revisión permanente no encontró'));
  t.false(found({}).includes('registro'));
  const late = { ...plain!, kind: 'registro', code: null, examples: [] } as const;
  for (const limited of [found({ incidents: [...clean, late] }), found({ untold: 1 })]) {
    t.true(limited.startsWith('Hasta donde llega el registro, la revisión permanente no encontró'), limited);
  }
  const fallen = found({ incidents: [...clean, { ...plain!, kind: 'caida', code: null, examples: [] }] });
  t.true(fallen.startsWith('Mientras el programa trabajaba, la revisión permanente no encontró'), fallen);
});

test('of a file that was left what was read before is counted, and that is said', (t) => {
  const [file] = memoria.figures.files;
  t.true(fileStateWords({ ...file!, state: 'no-log', lines: 3 }).includes('lo leído se contó'));
  t.true(fileStateWords({ ...file!, state: 'no-log', lines: 0 }).includes('no se contó'));
});

test('a drill is marked in its title, on the screen and on paper', (t) => {
  const page = memoriaPage(drill, files);
  t.true(page.includes('<title>SIMULACRO · Memoria técnica'));
  t.true(page.includes('<p class="mark" aria-hidden="true">SIMULACRO</p>'));
  t.true(page.includes('@top-center{content:"SIMULACRO'));
});

test('each kind of incident and each code has its words', (t) => {
  const plain = { node: 'web1', phase: null, from: 0, to: 60_000, number: 3, examples: [], source: 'registro' } as const;
  for (const kind of KINDS) {
    t.regex(kindWords(kind), /^[A-ZÁÉÍÓÚ]/, kind);
    for (const count of [1, 2]) {
      const said = incidentWords({ ...plain, kind, count, restored: 1, code: 'gap' });
      t.regex(said, /[.:]$/, kind);
      t.false(/undefined|null|NaN/.test(said), said);
    }
  }
  for (const code of CODES) t.false(codeWords(code).includes(code), code);
  t.is(codeWords('of-the-future'), 'razón: of-the-future');
});

test('whoever serves the site, an end of the program is told as it was, and what readers saw meanwhile is left open', (t) => {
  const plain = { node: 'web1', phase: null, from: 0, to: 60_000, number: null, count: 1, restored: null, examples: [] } as const;
  for (const kind of ['reinicio', 'caida'] as const) {
    for (const code of ['stopped', null]) {
      const said = incidentWords({ ...plain, kind, code, source: 'registro' });
      t.false(/servidor|lectores|publicado/.test(said), said);
    }
  }
  const [, limits] = memoriaPage(memoria, files).split('<h2 id="limites">');
  t.regex(limits ?? '', /^[^]*?<li>Si el servidor web contestaba/);
  t.false(memoriaPage(memoria, files).includes('el sitio muestra un aviso'), 'with stale = "warn" it does not');
});

test('comments are paragraphs, headings and items, and nothing else', (t) => {
  t.deepEqual(commentsIn('# Uno\r\n\r\nDos\ntres\n\n- a\n* b\ncuatro\n\n\n<p>\t x'), [
    { kind: 'heading', text: 'Uno' },
    { kind: 'paragraph', text: 'Dos tres' },
    { kind: 'item', text: 'a' },
    { kind: 'item', text: 'b' },
    { kind: 'paragraph', text: 'cuatro' },
    { kind: 'paragraph', text: '<p> x' },
  ]);
  t.deepEqual(commentsIn(''), []);
});

requires('chromium', ['chromium'])('on a screen, a telephone and letter paper nothing is cut off', async (t) => {
  const file = join(await makeFolder(t), 'memoria.html');
  await writeFile(file, memoriaPage(drill, files));
  const page = await newPage(t, { viewport: { width: 1200, height: 900 } });
  const heard: string[] = [];
  page.on('console', (message) => heard.push(message.text()));
  await page.goto(`file://${file}`);
  for (const width of [1200, 390]) {
    await page.setViewportSize({ width, height: 900 });
    t.is(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, String(width));
  }
  const outside = `[...document.querySelectorAll('svg')].flatMap((svg) => [...svg.querySelectorAll('text')].filter((text) => {
    const [box, room] = [text.getBBox(), svg.viewBox.baseVal];
    return box.x < -0.5 || box.y < -0.5 || box.x + box.width > room.width + 0.5 || box.y + box.height > room.height + 0.5;
  }).map((text) => text.textContent))`;
  t.deepEqual(await page.evaluate(outside), []);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  t.regex(pdf, /\/MediaBox\s*\[0 0 612 792\]/);
  const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  t.true(pages >= 6 && pages <= 16, `${pages} pages`);
  t.deepEqual(heard, []);
});
