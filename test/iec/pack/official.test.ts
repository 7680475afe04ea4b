import { execFileSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readCorte } from '../../../src/chain/chain-folder.ts';
import { UsageError } from '../../../src/config/usage-error.ts';
import { encodeDocument } from '../../../src/format/document.ts';
import { LIMITS } from '../../../src/format/limits.ts';
import { parsePadron } from '../../../src/format/padron.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { instantOf } from '../../../src/format/time.ts';
import { SourceChanged } from '../../../src/iec/pack/source.ts';
import { newPacking } from '../../../src/iec/packing.ts';
import type { NightEvent } from '../../../src/iec/record/bitacora.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { parseIecConfig, rosterOf } from '../../../src/iec/setup/config.ts';
import { padronOf } from '../../../src/iec/setup/padron.ts';
import { cotejo } from '../../kit/command.ts';
import { encode, makeTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { writeFiles } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { englishWordsIn } from '../../kit/languages.ts';
import { type Institute, makeInstitute } from '../institute.ts';

/** What is put into a corte beside the source. */

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>\n';

const TOML = `chain = "chain"
source = "publicacion"
oficial = "oficial"
institute = "https://iec.example/"
phase = "jornada"
key = "firma"
ssh_key = "ssh"
panel = "panel"
[[difusor]]
name = "vanguardia"
title = "Vanguardia"
url = "https://prep.example/"
logo = "logos/vanguardia.xyz"
contact = "Ing. Guadalupe Peña, 844 123 4567"
[[difusor.node]]
name = "web1"
host = "192.0.2.1"
user = "iec"
host_key = "SHA256:${'A'.repeat(43)}"
acuse_key = "${makeKey('web1').publicKey}"
inbox = "inbox"
outbox = "outbox"
`;

async function withOfficial(t: ExecutionContext, documents: Readonly<Record<string, string | Buffer>> = {}) {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  await writeFiles(join(iec.folder, 'oficial'), documents);
  await fs.mkdir(join(iec.folder, 'oficial'), { recursive: true });
  await writeFiles(join(iec.folder, 'logos'), { 'vanguardia.xyz': LOGO });
  const config = parseIecConfig(TOML, join(iec.folder, 'IEC.toml'));
  return { iec, official: { folder: config.oficial, roster: rosterOf(config) } };
}

async function listed(iec: Institute, number: number): Promise<string[]> {
  return (await readCorte(iec.chain, 'jornada', number)).manifest.map(({ path }) => path);
}

test('the padrón and its logos are made of the configuration, the documents are put beside them, and no contact is in it', async (t) => {
  const { iec, official } = await withOfficial(t, { 'comunicados/1.txt': 'Aviso' });
  const { logosLeftOut } = await iec.pack({ official });
  t.deepEqual(logosLeftOut, []);
  t.deepEqual(await listed(iec, 1), [
    'index.html',
    'oficial/comunicados/1.txt',
    'oficial/logos/vanguardia.svg',
    'oficial/padron.json',
  ]);
  const content = (path: string) => execFileSync('tar', ['-xzOf', join(iec.chain, 'jornada/000001/corte.tar.gz'), path]);
  t.is(content('oficial/logos/vanguardia.svg').toString(), LOGO);
  const bytes = content('oficial/padron.json');
  t.deepEqual(parsePadron(bytes), {
    type: 'cotejo/padron',
    format: 1,
    election: 'coahuila-ayuntamientos-2018',
    institute: 'https://iec.example/',
    difusores: [
      {
        name: 'vanguardia',
        title: 'Vanguardia',
        url: 'https://prep.example/',
        logo: 'oficial/logos/vanguardia.svg',
        nodes: [{ name: 'web1', acuse_key: makeKey('web1').publicKey }],
      },
    ],
  });
  t.false(bytes.includes('Peña') || bytes.includes('192.0.2.1'));

  // It is in every corte, and its bytes travel once.
  await iec.publish({ 'index.html': 'otro' });
  const two = await iec.pack({ official });
  t.is((await listed(iec, 2)).length, 4);
  t.is(two.statement.package.files, 1);
  t.deepEqual((await fs.readdir(iec.chain)).sort(), ['.lock', 'index.json', 'jornada', 'trust']);
});

test('a logo that is a script is in no corte, and the corte is made without it', async (t) => {
  const { iec, official } = await withOfficial(t);
  await writeFiles(join(iec.folder, 'logos'), { 'vanguardia.xyz': LOGO.replace('<path', '<script/><path') });
  const before = await viewChain(iec.chain, 'jornada');
  const packed = await iec.pack({ official });
  t.is(packed.logosLeftOut[0]?.difusor, 'vanguardia');
  t.deepEqual(await listed(iec, 1), ['index.html', 'oficial/padron.json']);

  const told: NightEvent[] = [];
  const packing = newPacking(
    () => Promise.resolve(packed),
    (event) => told.push(event),
  );
  await packing.packIfDue(before, instantOf(packed.statement.taken_at));
  const detail = told.find(({ event }) => event === 'logo-left-out')?.detail;
  t.regex(detail?.en ?? '', /^vanguardia: /);
  t.deepEqual(englishWordsIn(detail?.es ?? 'the event'), [], 'the journal tells it in Spanish');
});

const refused = test.macro(async (t, code: string, files: Readonly<Record<string, string | Buffer>>, hasRoster = false) => {
  const { iec, official } = await withOfficial(t, files);
  const order = hasRoster ? official : { ...official, roster: null };
  const error = await t.throwsAsync(iec.pack({ official: order }));
  t.is(error instanceof Refusal ? error.code : error instanceof UsageError ? 'usage' : String(error), code);
  t.deepEqual((await fs.readdir(iec.chain)).sort(), ['.lock', 'trust'], 'nothing is left of it');
});

const own = {
  type: 'cotejo/padron',
  format: 1,
  election: 'coahuila-ayuntamientos-2018',
  institute: null,
  difusores: [
    {
      name: 'a',
      title: 'A',
      url: 'https://a.example/',
      logo: 'oficial/logos/a.svg' as string | null,
      nodes: [{ name: 'n', acuse_key: makeKey('a').publicKey }],
    },
  ],
};
test('an own padrón is read as every reader will', refused, 'statement-malformed', { 'padron.json': encode({ ...own, x: 1 }) });
test('one of another election', refused, 'wrong-election', { 'padron.json': encode({ ...own, election: 'otra', difusores: [] }) });
test('one whose logo is not there', refused, 'statement-malformed', { 'padron.json': encode(own) });
test('one whose logo is a script', refused, 'statement-malformed', { 'padron.json': encode(own), 'logos/a.svg': 'alert(1)' });
test('one whose logo is of another kind than it is called', refused, 'statement-malformed', {
  'padron.json': encode(own),
  'logos/a.svg': Buffer.from('89504e470d0a1a0a', 'hex'),
});
test('one beside that of the configuration', refused, 'usage', { 'padron.json': encode(own) }, true);
test('too much of it', refused, 'too-large', { 'video.mp4': Buffer.alloc(33 * 1024 * 1024) });
test('a forbidden name', refused, 'path-forbidden', { 'a\\b.txt': 'x' });

test('a source that has such a folder of its own is refused, by whatever case it is written', async (t) => {
  const { iec, official } = await withOfficial(t);
  for (const path of ['oficial/padron.json', 'OFICIAL/x', 'oficial']) {
    await iec.publish({ 'index.html': 'x', [path]: 'x' });
    for (const order of [{ official }, {}])
      await t.throwsAsync(iec.pack(order), { instanceOf: Refusal, code: 'path-forbidden' }, path);
  }
  await iec.publish({ 'index.html': 'x', 'datos/oficial/x': 'x' });
  await t.notThrowsAsync(iec.pack({}));
});

test('a link among the documents, and folders that lie one in the other, are refused', async (t) => {
  const { iec, official } = await withOfficial(t);
  await fs.symlink('/etc/passwd', join(iec.folder, 'oficial/x'));
  await t.throwsAsync(iec.pack({ official }), { instanceOf: UsageError });
  const inside = join(iec.source, 'documentos');
  await fs.mkdir(inside);
  await t.throwsAsync(iec.pack({ official: { folder: inside, roster: null } }), { instanceOf: UsageError });
  await t.throwsAsync(iec.pack({ official: { folder: iec.folder, roster: null } }), { instanceOf: UsageError });
});

test('documents that change while they are read make the corte void, as the source does', async (t) => {
  const { iec, official } = await withOfficial(t, { 'a.txt': 'a', 'b.txt': 'b' });
  const read = async (path: string) => {
    if (path === 'oficial/a.txt') await fs.writeFile(join(iec.folder, 'oficial/a.txt'), 'otra cosa');
  };
  await t.throwsAsync(iec.pack({ official, hooks: { read } }), { instanceOf: SourceChanged });
});

test('a document that was being written when its program was killed is in no corte', async (t) => {
  const { iec, official } = await withOfficial(t, {
    'autorizaciones/vanguardia-tablero.json.4711.new': '{',
    'autorizaciones/leame.txt': 'x',
    'a.4711.new': 'x',
  });
  await iec.pack({ official });
  t.deepEqual(
    (await listed(iec, 1)).filter((path) => /a/.test(path) && path.endsWith('.new')),
    ['oficial/a.4711.new'],
  );
});

test('a padrón that is too large with its logos, or in another election, is told with the configuration', (t) => {
  const [head = ''] = TOML.split('[[difusor]]');
  const [, node = ''] = TOML.split('[[difusor.node]]');
  const nodes = Array.from(
    { length: 100 },
    (_, i) => `[[difusor.node]]${node.replace(/acuse_key = .*/, `acuse_key = "${makeKey(`d${i}`).publicKey}"`)}`,
  );
  const toml = (padding: number, more: string) =>
    nodes.reduce((text, one, i) => {
      const url = `https://d${i}.example/${'x'.repeat(padding)}`;
      return `${text}[[difusor]]\nname = "d${i}"\ntitle = "D"\nurl = "${url}"\n${more}${one}`;
    }, head);
  const sizeOf = (text: string) => encodeDocument(padronOf(rosterOf(parseIecConfig(text, 'IEC.toml'))!, 'any', new Map())).length;
  const padding = Math.floor((LIMITS.documentBytes - 100 - sizeOf(toml(0, ''))) / nodes.length);
  const fits = toml(padding, '');
  t.true(sizeOf(fits) > LIMITS.documentBytes - 300);
  const reading = (text: string) => () => parseIecConfig(text, 'IEC.toml');
  t.throws(reading(toml(padding, 'logo = "logo.svg"\n')), { instanceOf: UsageError, message: /^IEC\.toml:3: / });
});

test('what no padrón can say is told with the line of the configuration', (t) => {
  const reading = (from: string, to: string) => () => parseIecConfig(TOML.replace(from, to), 'IEC.toml');
  const told = (message: RegExp) => ({ instanceOf: UsageError, message });
  t.throws(reading('https://prep', 'http://prep'), told(/^IEC\.toml:12: .*https/));
  t.throws(reading('https://iec', 'http://iec'), told(/^IEC\.toml:4: /));
  t.throws(reading('"Vanguardia"', `"${'V'.repeat(121)}"`), told(/^IEC\.toml:11: /));
  const without = TOML.replace('oficial = "oficial"\n', '').replace('https://prep', 'http://prep');
  t.is(rosterOf(parseIecConfig(without, 'IEC.toml')), null, 'without official documents nothing is asked of it');
  t.throws(() => parseIecConfig(without, 'IEC.toml', 'oficial'), told(/^IEC\.toml:11: .*https/), 'they may be named elsewhere');
});

test('the command takes the configuration, from which the padrón, the documents and what is left out come', async (t) => {
  const { iec } = await withOfficial(t, { 'a.txt': 'a', '.gitkeep': '' });
  const trust = signTrust(makeTrust({ now: Date.now() }));
  await writeTrust(trust, join(iec.folder, 'own/trust/1.json'));
  const key = await writePrivateKey(makeKey('firma-1'), join(iec.folder, 'firma-1'));
  await fs.writeFile(
    join(iec.folder, 'IEC.toml'),
    TOML.replace('phase', 'exclude = [".gitkeep"]\nrelevo_unasked = 9\nphase').replace('.xyz', '.none'),
  );
  const args = ['iec', 'pack', iec.source, '--chain', 'own', '--phase', 'jornada', '--key', key, '--config', 'IEC.toml'];
  const packed = await cotejo(args, iec.folder);
  t.is(packed.status, 0, packed.stderr);
  t.regex(packed.stderr, /the logo of vanguardia is left out: /);
  const { manifest } = await readCorte(join(iec.folder, 'own'), 'jornada', 1);
  t.deepEqual(
    manifest.map(({ path }) => path),
    ['index.html', 'oficial/a.txt', 'oficial/padron.json'],
  );

  const without = TOML.replace('oficial = "oficial"\n', '').replace('https://prep', 'http://prep');
  await fs.writeFile(join(iec.folder, 'IEC.toml'), without);
  const misfit = await cotejo([...args, '--oficial', 'oficial'], iec.folder);
  t.is(misfit.status, 2, misfit.stderr);
  t.regex(misfit.stderr, /IEC\.toml:11: /);
});
