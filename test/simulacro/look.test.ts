import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { isPageOf } from '../../src/simulacro/fleet/fleet.ts';
import { ownAddress } from '../../src/simulacro/look/own-session.ts';
import { programsOf } from '../../src/simulacro/look/programs.ts';
import { showsOf } from '../../src/simulacro/look/reader.ts';
import { isOf } from '../../src/simulacro/look/units.ts';

/** How a drill sees: a site, a service, a program, and who is logged in. */

test('the notice is a 503 that says that it is one, of the phase of the drill', (t) => {
  const shows = (status: number | null, says: string | null = null, phase: string | null = null) =>
    showsOf({ status, says, phase }, 'simulacro-1');
  t.is(shows(503, 'aviso', 'simulacro-1'), 'aviso');
  t.is(shows(503), 'nada', "a proxy's own error");
  t.is(shows(503, 'espera', 'simulacro-1'), 'nada');
  t.is(shows(503, 'momento'), 'nada');
  t.is(shows(503, 'aviso', 'jornada'), 'nada');
  t.is(shows(502, 'aviso', 'simulacro-1'), 'nada');
  t.is(shows(200, 'corte', 'simulacro-1'), 'corte');
  t.is(shows(200), 'corte', 'a page is judged by its bytes');
  t.is(shows(null), 'nada');
});

test('a service is of a configuration only where its command line names that very file', (t) => {
  const unit = (args: string) => ({
    command: `{ path=/usr/bin/node ; argv[]=/usr/bin/node /opt/cotejo/dist/bin/cotejo.js difusor run ${args} ; ignore_errors=no ; pid=7 }`,
  });
  const file = '/etc/cotejo/difusor.toml';
  t.true(isOf(unit(`--config ${file}`), file));
  t.true(isOf(unit(`--config=${file} --log x`), file));
  for (const other of ['', `--config ${file}.old`, `--config /srv${file}`, `--config /etc/cotejo/simulacro/difusor.toml`])
    t.false(isOf(unit(other), file), other);
});

test('a program is of a group of its own, with an end and a bound', async (t) => {
  const programs = programsOf(process.env);
  const own = await programs.must('sh', ['-c', 'ps -o pgid= -p $$; echo $$']);
  const [group, pid] = own.split('\n').map((line) => line.trim());
  t.is(group, pid, "a terminal's Ctrl-C does not reach it");
  t.deepEqual(await programs.ask('sh', ['-c', 'cat; echo no >&2; exit 3'], 'said'), { status: 3, stdout: 'said', stderr: 'no\n' });
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  t.is(await programs.ask('no-such-program-of-anybody', []), null);
  t.is(timers(), before, 'nothing keeps a drill that has ended waiting for a program that never began');
  await t.throwsAsync(programs.ask('sh', ['-c', 'yes | head -c 2000000']), { message: /too much/ });
  await t.throwsAsync(programs.ask('sh', ['-c', 'kill -9 $$']), { message: /SIGKILL/ });
});

test('the page of a site is that of a corte by its bytes, and not by what the site says', (t) => {
  const [page, other] = ['a'.repeat(64), 'b'.repeat(64)];
  const signed = { number: 7, sha256: page };
  t.true(isPageOf({ sha256: page, corte: '7' }, signed));
  t.true(isPageOf({ sha256: page, corte: null }, signed), 'a CDN may drop the header');
  t.false(isPageOf({ sha256: other, corte: '7' }, signed));
  t.false(isPageOf({ sha256: page, corte: '6' }, signed));
  t.false(isPageOf({ sha256: null, corte: '7' }, signed));
  t.false(isPageOf({ sha256: page, corte: '7' }, { number: 7, sha256: undefined }));
});

test('whoever is logged in over SSH is known by his own environment, or else by that of a process above', async (t) => {
  t.is(await ownAddress({ SSH_CONNECTION: '192.0.2.7 50000 192.0.2.10 22' }), '192.0.2.7');
  t.is(await ownAddress({}, 1), null);
  const child = spawn('sleep', ['60'], { env: { SSH_CONNECTION: '192.0.2.8 50000 192.0.2.10 22' } });
  t.teardown(() => child.kill());
  await once(child, 'spawn');
  t.is(await ownAddress({}, child.pid), '192.0.2.8');
});
