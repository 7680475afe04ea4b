import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { parseAuthorization } from '../../../src/format/autorizacion.ts';
import { type AuthorizeOrder, draftAuthorization, putAuthorization } from '../../../src/iec/setup/authorize.ts';
import { parseIecConfig } from '../../../src/iec/setup/config.ts';
import { cotejo, sh } from '../../kit/command.ts';
import { writeFiles } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { repository } from '../../kit/programs.ts';
import { makeInstitute } from '../institute.ts';

const TOML = `chain = "chain"
source = "publicacion"
oficial = "oficial"
phase = "jornada"
key = "firma"
ssh_key = "ssh"
panel = "panel"
[[difusor]]
name = "vanguardia"
title = "Vanguardia"
url = "https://prep.example/"
[[difusor.node]]
name = "web1"
host = "192.0.2.1"
user = "iec"
host_key = "SHA256:${'A'.repeat(43)}"
acuse_key = "${makeKey('web1').publicKey}"
inbox = "inbox"
outbox = "outbox"
`;
const PATH = 'oficial/autorizaciones/vanguardia-tablero.json';

async function institute(t: ExecutionContext) {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'x' });
  const file = join(iec.folder, 'IEC.toml');
  await fs.writeFile(file, TOML);
  await fs.mkdir(join(iec.folder, 'oficial'));
  const folder = join(iec.folder, 'tablero');
  await writeFiles(folder, { 'index.html': 'tablero' });
  const config = parseIecConfig(TOML, file);
  const election = 'coahuila-ayuntamientos-2018';
  const authorize = async (changes: Partial<AuthorizeOrder> = {}) => {
    const drafted = await draftAuthorization({ config, election, difusor: 'vanguardia', name: 'tablero', folder, ...changes });
    await putAuthorization(drafted);
    return parseAuthorization(await fs.readFile(join(iec.folder, PATH)), PATH);
  };
  return { iec, config, folder, authorize };
}

test('a presentation is authorised from the next corte on, another template anew, and withdrawn after the last corte', async (t) => {
  const { iec, config, folder, authorize } = await institute(t);
  const official = { folder: config.oficial, roster: null };
  t.like(await authorize(), { title: 'Vanguardia: tablero', first: 1, last: null, template: { bytes: 7, files: 1 } });
  await iec.pack({ official });
  await iec.pack({ official });
  t.like(await authorize({ title: 'Tablero' }), { title: 'Tablero', first: 1 }, 'the same template goes on');
  await writeFiles(folder, { 'index.html': 'otro' });
  t.like(await authorize(), { title: 'Tablero', first: 3, last: null });
  t.like(await authorize({ first: 5, last: 9 }), { first: 5, last: 9 });
  t.like(await authorize({ folder: null }), { first: 5, last: 4, template: { bytes: 4 } }, 'none, if it had not begun');
  t.like(await authorize({ first: 1 }), { first: 1, last: null });
  t.like(await authorize({ folder: null }), { first: 1, last: 2 });
  t.like(await authorize({ folder: null }), { first: 1, last: 2 }, 'twice is once');
  await t.notThrowsAsync(iec.pack({ official }));
});

test('what a killed command left beside the document is removed by the next one', async (t) => {
  const { iec, authorize } = await institute(t);
  const left = join(iec.folder, `${PATH}.${2 ** 30}.new`); // of no process: no kernel numbers so far
  await fs.mkdir(join(left, '..'));
  await fs.writeFile(left, '{');
  await authorize();
  t.deepEqual(await fs.readdir(join(left, '..')), ['vanguardia-tablero.json']);
});

test('what can not be authorised is wrong usage, and nothing is written', async (t) => {
  const { iec, config, authorize } = await institute(t);
  const wrong: Partial<AuthorizeOrder>[] = [
    { difusor: 'vanguadia' },
    { name: 'El Tablero' },
    { title: '' },
    { first: 5, last: 3 },
    { folder: null },
    { config: { ...config, oficial: null } },
  ];
  for (const changes of wrong) {
    const error = await t.throwsAsync(authorize(changes), { instanceOf: UsageError }, JSON.stringify(changes));
    t.not(error?.said.es, error?.said.en);
  }
  t.deepEqual(await fs.readdir(join(iec.folder, 'oficial')), []);
});

test('an authorisation that no reader would take is in no corte', async (t) => {
  const { iec, config, authorize } = await institute(t);
  await authorize();
  const official = { folder: config.oficial, roster: null };
  await fs.appendFile(join(iec.folder, PATH), ' ');
  await t.throwsAsync(iec.pack({ official }), { code: 'statement-malformed' });
});

test('the command shows what is authorised and asks for the hash', async (t) => {
  const { iec } = await institute(t);
  const args = ['iec', 'autorizar', 'tablero', '--difusor', 'vanguardia', '--name', 'tablero', '--config', 'IEC.toml'];
  const line = [process.execPath, join(repository(), 'dist/bin/cotejo.js'), ...args].map((word) => `"${word}"`).join(' ');
  const unsaid = await sh(`echo 00000000 | ${line}`, iec.folder);
  t.is(unsaid.status, 1, unsaid.stderr);
  t.regex(unsaid.stdout, /index\.html/);
  t.deepEqual(await fs.readdir(join(iec.folder, 'oficial')), []);
  const made = await cotejo([...args, '--yes', '--json'], iec.folder);
  t.is(made.status, 0, made.stderr);
  t.like(JSON.parse(made.stdout), { document: { name: 'tablero', first: 1 }, files: [{ path: 'index.html', bytes: 7 }] });
  t.is((await cotejo([...args, '--withdraw'], iec.folder)).status, 2);
});
