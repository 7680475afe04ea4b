import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { FAULTS, NODE_FAULTS } from '../../src/simulacro/faults.ts';
import type { Trial } from '../../src/simulacro/judge.ts';
import { reportPage } from '../../src/simulacro/report/page.ts';
import { readReport, verifyReport, writeReport } from '../../src/simulacro/report/sealed.ts';
import type { Statement } from '../../src/simulacro/report/statement.ts';
import { cotejo } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const KEY = makeKey('vanguardia-web1');

function trial(id: Trial['id'], changes: Partial<Trial> = {}): Trial {
  const { title, done, expected } = FAULTS[id];
  const sights = [{ what: 'el nodo lo rechazó: signer-unknown', met: true, after: 2.4 }];
  const begun_at = '2018-06-24T18:00:05-05:00';
  const rest = { sights, undone: null, verdict: 'como-se-esperaba', reason: null } as const;
  return { id, node: null, title, done, expected, within_seconds: 60, begun_at, seconds: 3, ...rest, ...changes };
}

const STATED: Omit<Statement, 'key'> = {
  type: 'cotejo/simulacro',
  format: 1,
  cotejo: '1.0.0',
  difusor: 'vanguardia',
  node: 'web1',
  election: 'coahuila-ayuntamientos-2018',
  title: 'PREP Coahuila 2018, Integrantes de los Ayuntamientos',
  phase: 'simulacro-1',
  site: 'https://simulacro.prep.example/',
  period_seconds: 600,
  missed_limit: 3,
  grace_seconds: 120,
  begun_at: '2018-06-24T18:00:00-05:00',
  ended_at: '2018-06-24T19:30:00-05:00',
  whole: true,
  left: [],
  trials: [
    trial('firma-desconocida'),
    trial('demonio-muerto', { verdict: 'no-se-hizo', sights: [], reason: 'esta máquina no corre con systemd' }),
  ],
};

test('a report is written, verified, and refused once a byte of it, or its key, is another', async (t) => {
  const file = join(await makeFolder(t), 'informe.html');
  await writeReport(file, STATED, KEY);
  t.deepEqual(await readReport(file, KEY.publicKey, '1.0.0'), { ...STATED, key: KEY.publicKey });
  await t.throwsAsync(readReport(file, makeKey('another').publicKey, '1.0.0'), { message: /another key/ });
  const [page, signature] = [await readFile(file), await readFile(`${file}.sig`)];
  const changed = Buffer.from(page.toString().replace('no se hizo', 'como se esperaba'));
  refuses(t, 'signature-invalid', () => verifyReport(changed, signature, null, '1.0.0'));
  const resigned = KEY.signNow(changed, 'simulacro@cotejo');
  refuses(t, 'content-mismatch', () => verifyReport(changed, resigned, null, '1.0.0'));
  t.throws(() => verifyReport(changed, resigned, null, '1.0.1'), { message: /made by cotejo 1.0.0/ });
  refuses(t, 'signature-malformed', () => verifyReport(page, KEY.signNow(page, 'constancia@cotejo'), null, '1.0.0'));
});

test('the page says what was not made and what was otherwise, and nothing of it is markup', (t) => {
  const hostile = trial('pagina-alterada', {
    verdict: 'distinto',
    sights: [{ what: '<script>alert(1)</script>', met: false, after: null }],
  });
  const page = reportPage({ ...STATED, trials: [...STATED.trials, hostile], left: ['firewall: no'], key: KEY.publicKey });
  t.false(page.includes('<script>alert'));
  t.regex(page, /Algo no fue como se esperaba/);
  t.regex(page, /esta máquina no corre con systemd/);
  t.regex(page, /Quedó algo sin deshacer.*<code>cotejo simulacro undo</);
  const ofIec = { difusor: null, node: null, site: null, trials: [trial('flota-silencio')], left: ['unit: no'] };
  t.regex(reportPage({ ...STATED, ...ofIec, key: KEY.publicKey }), /<code>cotejo iec simulacro --undo</);
  t.notRegex(page.replace(/<pre.*<\/pre>/s, ''), /resultados oficiales/i);
});

test('what was made is never told as not made, nor is what could not be undone told as needing nothing', (t) => {
  const interrupted = { verdict: 'no-se-hizo', sights: [], reason: 'se interrumpió el simulacro' } as const;
  const pageWith = (id: Trial['id'], changes: Partial<Trial>) => {
    const page = reportPage({ ...STATED, whole: false, trials: [trial(id, changes)], key: KEY.publicKey });
    return page.slice(page.indexOf('<header>')).replace(/<pre.*<\/pre>/s, '');
  };
  const undone = { ok: true, seconds: 1, detail: null };
  const made = pageWith('enlace-cortado', { ...interrupted, undone });
  t.regex(made, /<dt>Se hizo<dd>A las [^]*Hecho en 1\.0 s/, 'it was made, and undone');
  t.regex(made, /<td class="v">○ se interrumpió/);
  t.notRegex(made, /○ no se hizo<|No se hizo ninguna falla/);
  const never = pageWith('enlace-cortado', interrupted);
  t.regex(never, /<dt>Se haría[^]*No hizo falta/);
  t.regex(never, /<td class="v">○ no se hizo/);
  t.regex(never, /No se hizo ninguna falla/);
  const sights = [{ what: 'se avisó a los custodios; no se pudo ver: se interrumpió el simulacro', met: false, after: null }];
  const told = pageWith('llave-robada', { verdict: 'distinto', sights });
  t.regex(told, /■ distinto[^]*<dt>Se hizo<dd>A las [^]*✗[^]*Se avisó a los custodios/);

  t.regex(pageWith('firma-desconocida', { undone }), /<dt>Para deshacer<dd>No hace falta: [^]*llegada\.$/m);
  const failed = { ok: false, seconds: 1, detail: 'delivery: no se pudo quitar' };
  t.regex(pageWith('firma-desconocida', { verdict: 'distinto', undone: failed }), /<dt>Para deshacer<dd><strong>No se pudo:/);
  t.notRegex(pageWith('llave-robada', { undone }), /Hecho en/, 'a key is not given back');
});

test('a report of every fault is no larger than what is verified', async (t) => {
  const file = join(await makeFolder(t), 'informe.html');
  const trials = Array.from({ length: 20 }, () => NODE_FAULTS.map((id) => trial(id))).flat();
  await writeReport(file, { ...STATED, trials }, KEY);
  t.is((await readReport(file, null, '1.0.0')).trials.length, trials.length);
});

test('the command verifies: 0, 1 for another key, 3 for none', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'informe.html');
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  await writeReport(file, { ...STATED, cotejo: version }, KEY);
  await writeFile(join(folder, 'key.pub'), `${KEY.publicKey}\n`);
  await writeFile(join(folder, 'other.pub'), `${makeKey('another').publicKey}\n`);
  const [good, other, none] = await Promise.all([
    cotejo(['simulacro', '--verify', file, '--key', join(folder, 'key.pub'), '--json']),
    cotejo(['simulacro', '--verify', file, '--key', join(folder, 'other.pub')]),
    cotejo(['simulacro', '--verify', join(folder, 'none.html')]),
  ]);
  t.deepEqual([good.status, other.status, none.status], [0, 1, 3]);
  t.is((JSON.parse(good.stdout) as { counts: { distinto: number } }).counts.distinto, 0);
});
