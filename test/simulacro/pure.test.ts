import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import type { NodeTarget } from '../../src/iec/setup/config.ts';
import { FAULTS, FLEET_FAULTS, NODE_FAULTS } from '../../src/simulacro/faults.ts';
import { isPageOf } from '../../src/simulacro/fleet/fleet.ts';
import { fleetTimes } from '../../src/simulacro/fleet/script.ts';
import { altered, byAStranger, renamed, repeated } from '../../src/simulacro/forge.ts';
import { barred, MARGIN_HOURS } from '../../src/simulacro/gate.ts';
import { noticeSight, outcomeOf, verdictOf } from '../../src/simulacro/judge.ts';
import { clockOf } from '../../src/simulacro/look/clock.ts';
import { ownAddress } from '../../src/simulacro/look/own-session.ts';
import { type Programs, programsOf } from '../../src/simulacro/look/programs.ts';
import { showsOf } from '../../src/simulacro/look/reader.ts';
import { isOf } from '../../src/simulacro/look/units.ts';
import { isOfThisMachine, plainAddress } from '../../src/simulacro/node/address.ts';
import { countedIn, tableText } from '../../src/simulacro/node/link.ts';
import { deviceText, hasOwnRoom } from '../../src/simulacro/node/mounts.ts';
import { nodeTimes } from '../../src/simulacro/node/script.ts';
import { chosenOf, longestOf, plannedOf, type Timed, timed } from '../../src/simulacro/plan.ts';
import { runScript } from '../../src/simulacro/run.ts';
import { openLedger } from '../../src/simulacro/undo/ledger.ts';
import { withoutDropIn } from '../../src/simulacro/undo/undo.ts';
import { checkSigned } from '../../src/verdict/corte.ts';
import { startFrom } from '../../src/verdict/trust-chain.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { englishWordsIn } from '../kit/languages.ts';
import { refuses } from '../kit/refuses.ts';

const HOUR = 3_600_000;
const phases = makeTrust().phases;
const drill = phases[0]!;
const official = phases[1]!;

/** Of a drill that is open, and an official phase with these hours from now. */
function gate(opens: number, closes: number, shown: 'corte' | 'aviso' | 'espera' | null = null, needed = 0) {
  const jornada = { ...official, opens_at: at(NOW + opens * HOUR), closes_at: at(NOW + closes * HOUR) };
  return (
    barred(
      [
        { rules: drill, shown: 'corte' },
        { rules: jornada, shown },
      ],
      'simulacro-1',
      NOW,
      needed,
    )?.code ?? null
  );
}

test('the gate: an official phase that is open, near or shown bars every drill', (t) => {
  t.is(gate(48, 72), null);
  t.is(gate(48, 72, 'espera'), null, 'a wait is not a publication');
  t.is(gate(-1, 1), 'official-open');
  t.is(gate(MARGIN_HOURS, 72), null, 'at the margin');
  t.is(gate(MARGIN_HOURS - 0.01, 72), 'official-soon');
  t.is(gate(MARGIN_HOURS, 72, null, 60), 'official-soon', 'what the drill may take counts too');
  t.is(gate(-72, -48), null, 'one that is over and shown no more');
  t.is(gate(-72, -48, 'corte'), 'official-shown');
  t.is(gate(-72, -48, 'aviso'), 'official-shown');
});

test('the gate: only a phase of kind simulacro, while it is open', (t) => {
  const own = [{ rules: drill, shown: null }];
  const code = (name: string, now: number, of = own) => barred(of, name, now)?.code ?? null;
  t.is(code('simulacro-1', NOW), null);
  t.is(code('simulacro-2', NOW), 'no-phase');
  t.is(code('simulacro-1', Date.parse(drill.opens_at) - 1), 'outside-hours');
  t.is(code('simulacro-1', Date.parse(drill.closes_at) + 1), 'outside-hours');
  const named = [{ rules: { ...drill, kind: 'oficial' as const }, shown: null }];
  t.is(code('simulacro-1', NOW, named), 'official-phase', 'the trust says what it is, not its name');
});

test('the table: every fault has all its sentences, and a bound', (t) => {
  t.deepEqual(Object.keys(FAULTS), [...NODE_FAULTS, ...FLEET_FAULTS]);
  for (const id of [...NODE_FAULTS, ...FLEET_FAULTS]) {
    const fault = FAULTS[id];
    t.is(fault.id, id);
    t.true(fault.within(drill) > 0 && fault.within(drill) <= 3600, id);
    for (const text of [fault.title, fault.done, fault.expected, fault.undone]) t.regex(text, /^[A-ZÁÉÍÓÚ].{8,140}[^.]$/);
  }
});

test('the plan: in the order of the table, and names that no fault has are told', (t) => {
  t.deepEqual(chosenOf(NODE_FAULTS, 'pagina-alterada, firma-alterada'), ['firma-alterada', 'pagina-alterada']);
  t.deepEqual(chosenOf(NODE_FAULTS, undefined), NODE_FAULTS);
  const error = t.throws(() => chosenOf(NODE_FAULTS, 'firma-altrada'), { instanceOf: UsageError });
  t.regex(String(error.hint), /firma-alterada/);
  t.throws(() => chosenOf(NODE_FAULTS, ''), { instanceOf: UsageError });
  t.is(plannedOf(timed('enlace-cortado', drill), null).within_seconds, 3 * 600 + 120 + 30);
});

test('the time that a drill needs: each delivery once for every node, the silence once for all of them', (t) => {
  const needed = (acts: readonly Timed[]) => longestOf(acts, drill);
  t.is(needed([timed('firma-alterada', drill)]), 60 + 120);
  t.is(needed([timed('enlace-cortado', drill)]), 3 * 600 + 120 + 30 + (2 * 600 + 120) + 120, 'what comes back counts too');
  t.is(needed([timed('pagina-alterada', drill)]), 3 * 600 + 120, 'it is tried three times');
  const nodes = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ difusor: 'vanguardia', node: `web${i}` }) as NodeTarget);
  const one = needed(fleetTimes(['flota-firma-alterada'], drill, nodes(1)));
  const silence = needed(fleetTimes(['flota-silencio'], drill, nodes(1)));
  t.is(silence, 3 * 600 + 120 + 60 + (2 * 600 + 120) + 120);
  t.is(needed(fleetTimes(['flota-firma-alterada', 'flota-silencio'], drill, nodes(50))), 50 * one + silence);
});

test('a stolen key: custodians have an hour to meet, and what they prepared is applied within a minute', (t) => {
  t.deepEqual(nodeTimes(['llave-robada'], drill, null), [{ id: 'llave-robada', within_seconds: 3600 }]);
  t.deepEqual(nodeTimes(['llave-robada'], drill, '/root/trust-2'), [{ id: 'llave-robada', within_seconds: 60 }]);
});

test('the verdict: all was seen and all is undone, or it is another', (t) => {
  const seen = (met: boolean) => ({ what: 'algo', met, after: 1 });
  t.is(verdictOf([seen(true)], null), 'como-se-esperaba');
  t.is(verdictOf([seen(true), seen(false)], null), 'distinto');
  t.is(verdictOf([], null), 'distinto', 'what nobody saw proves nothing');
  t.is(verdictOf([seen(true)], { ok: false, seconds: 1, detail: 'x' }), 'distinto');
});

test('the outcome: not made is no success', (t) => {
  const of = (...verdicts: ('como-se-esperaba' | 'distinto' | 'no-se-hizo')[]) =>
    verdicts.map((verdict, i) => ({ id: NODE_FAULTS[i]!, verdict }));
  t.is(outcomeOf(of('como-se-esperaba', 'no-se-hizo'), null, true), 'done');
  t.is(outcomeOf(of('como-se-esperaba', 'no-se-hizo'), NODE_FAULTS.slice(0, 2), true), 'unknown', 'it was asked for by name');
  t.is(outcomeOf(of('no-se-hizo', 'no-se-hizo'), null, true), 'unknown');
  t.is(outcomeOf([], null, true), 'unknown');
  t.is(outcomeOf(of('como-se-esperaba'), null, false), 'unknown', 'cut short');
  t.is(outcomeOf(of('como-se-esperaba', 'distinto'), null, false), 'refused');
});

test('a notice: neither before it is due nor long after', (t) => {
  const met = (seen: number | null) => noticeSight(100, seen, 40, 30).met;
  t.true(met(100));
  t.true(met(99));
  t.false(met(97), 'readers lost a corte that was still good');
  t.true(met(130));
  t.false(met(131));
  t.false(met(null));
  t.is(noticeSight(100, 105, 40, 30).after, 65);
});

test('the forgeries are refused for what is wrong with them, and for nothing else', (t) => {
  const trust = signTrust(makeTrust());
  const corte = makeCorte({ trust, phase: 'simulacro-1', files: publicationOf(1) });
  const original = { statement: corte.statement, files: corte.files };
  const held = startFrom(trust);
  const check = (forge: typeof altered) => {
    const { name, files } = forge(original);
    const number = Number(name.slice(-6));
    t.true(name.startsWith('simulacro-1-'));
    return () => checkSigned(files['corte.json']!, files['corte.json.sig']!, held, { phase: 'simulacro-1', number });
  };
  refuses(t, 'signer-unknown', check(byAStranger));
  refuses(t, 'signature-invalid', check(altered));
  refuses(t, 'statement-malformed', check(renamed));
  t.notThrows(check(repeated));
});

test('the firewall: a table of its own, and one address alone, of either family, all of it counted', (t) => {
  t.regex(tableText('192.0.2.10', 60), /^ {4}ip saddr @iec counter name descartados drop$/m);
  t.regex(tableText('2001:db8::10', 60), /^ {4}ip6 saddr @iec counter name descartados drop$/m);
  t.regex(
    tableText('192.0.2.10', 60, 'limit rate over 64 kbytes/second'),
    /saddr @iec limit rate over 64 kbytes\/second counter name descartados drop$/m,
  );
  t.regex(tableText('192.0.2.10', 59.5), /type ipv4_addr\s+flags timeout\s+elements = \{ 192\.0\.2\.10 timeout 60s \}/);
  t.regex(tableText('2001:db8::10', 60), /type ipv6_addr\s+flags timeout\s+elements = \{ 2001:db8::10 timeout 60s \}/);
  t.deepEqual(new Set(tableText('192.0.2.10', 60).match(/table inet \S+/g)), new Set(['table inet cotejo_simulacro']));
});

test('the firewall: what its rule counted, as nft tells it', (t) => {
  const counter = (name: string, packets: number) =>
    `{"counter": {"family": "inet", "name": "${name}", "table": "cotejo_simulacro", "handle": 1, "packets": ${packets}, "bytes": 60}}`;
  const said = (...counters: string[]) =>
    `{"nftables": [${['{"metainfo": {"version": "1.0.6"}}', '{"table": {"family": "inet", "name": "x"}}', ...counters].join()}]}`;
  t.deepEqual(countedIn(said(counter('vistos', 7), counter('descartados', 3))), { seen: 7, dropped: 3 });
  for (const text of [said(counter('vistos', 7)), '{}', '', '{"nftables": [{"counter": {"name": 7}}]}'])
    t.deepEqual(englishWordsIn(t.throws(() => countedIn(text))?.message ?? ''), [], text);
});

test('the link that is cut is never that of the machine to itself, however its address is spelled', (t) => {
  const here = ['127.0.0.1', '192.0.2.1', '::1', '2001:db8::1', 'fe80::1'];
  const own = ['127.0.0.2', '0.0.0.0', '::1', '0:0::0:1', '::', '::ffff:127.0.0.2', '::ffff:7f00:2', '192.0.2.1'];
  for (const address of [...own, '::ffff:192.0.2.1', '::FFFF:c000:201', '2001:DB8:0::1', 'fe80::1%eth0'])
    t.true(isOfThisMachine(address, here), address);
  for (const address of ['192.0.2.10', '2001:db8::10', '::ffff:192.0.2.10']) t.false(isOfThisMachine(address, here), address);
  t.is(plainAddress('::ffff:192.0.2.10'), '192.0.2.10');
  t.is(plainAddress('192.0.2.10'), '192.0.2.10');
});

test('a file system of its own: a mount point of all of one, of a kind that shares its room with nobody, mounted once', (t) => {
  const rootLine = '25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw';
  const line = (device: string, root: string, point: string, type: string) =>
    `99 25 ${device} ${root} ${point} rw,relatime shared:7 master:2 - ${type} /dev/x rw`;
  const STATE = '/var/lib/cotejo/state';
  const own = (lines: readonly string[], folder = STATE, device = '8:17') =>
    hasOwnRoom(`${[rootLine, ...lines].join('\n')}\n`, folder, device);
  for (const type of ['ext4', 'xfs', 'tmpfs']) t.true(own([line('8:17', '/', STATE, type)]), type);
  t.false(own([]), 'of the machine');
  t.false(own([line('8:17', '/', '/var/lib/cotejo', 'ext4')]), 'a folder of another mount');
  for (const type of ['btrfs', 'zfs', 'overlay', 'nfs4']) t.false(own([line('8:17', '/', STATE, type)]), type);
  t.false(own([line('8:17', '/@state', STATE, 'ext4')]), 'a bind mount or a subvolume');
  t.false(own([line('8:1', '/', STATE, 'ext4')], STATE, '8:1'), "the machine's own, mounted again");
  t.false(own([line('8:17', '/', STATE, 'ext4'), line('8:17', '/', '/srv/other', 'ext4')]), 'twice');
  t.false(own([line('8:17', '/', STATE, 'ext4'), line('8:33', '/', STATE, 'ext4')]), 'another over it');
  t.false(own([line('8:17', '/', STATE, 'ext4')], STATE, '8:1'), 'hidden by what is mounted above it');
  t.true(own([line('8:17', '/', '/var/lib/mi\\040cotejo', 'ext4')], '/var/lib/mi cotejo'), 'blanks');
  t.throws(() => own(['nonsense']));
  t.is(deviceText(0x811n), '8:17');
  t.is(deviceText(0x100000n), '0:256');
});

test('a file system of its own, on this machine: the root is that of everything', async (t) => {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  t.false(hasOwnRoom(text, process.cwd(), deviceText((await stat(process.cwd(), { bigint: true })).dev)));
  // That the device is spelled as the kernel does.
  const proc = deviceText((await stat('/proc', { bigint: true })).dev);
  t.regex(text, new RegExp(`^\\d+ \\d+ ${proc} / /proc `, 'm'));
});

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

test('what goes wrong in a drill is told in Spanish, as the report is, and in its bounds', async (t) => {
  const ledger = await openLedger(join(await makeFolder(t), 'simulacro'));
  t.teardown(() => ledger!.release());
  const programs = programsOf(process.env);
  const clock = clockOf(() => NOW, new AbortController().signal);
  const act = (deed: () => Promise<unknown>) => ({
    id: 'disco-lleno' as const,
    node: null,
    within_seconds: 1,
    lacks: () => Promise.resolve(null),
    act: () => deed().then(() => []),
    after: null,
  });
  const { trials, left } = await runScript({
    acts: [
      act(() => programs.must('no-such-program-of-anybody', [])),
      act(() => readFile('/no/such/file')),
      act(() => programs.must('sh', ['-c', 'head -c 5000 /dev/zero | tr "\\0" x >&2; exit 1'])),
      act(() => ledger!.add({ undo: 'filler', path: '/x', inode: '1:1' })),
    ],
    ready: () => Promise.resolve(null),
    barred: () => Promise.resolve(null),
    ledger: ledger!,
    undoing: { programs, state: null, inbox: null },
    clock,
    offset: 0,
    isStopped: () => false,
    begins: () => {},
    ended: () => {},
  });
  const told = trials.map(({ reason, undone }) => reason ?? undone?.detail ?? '');
  t.deepEqual(told.flatMap(englishWordsIn), []);
  t.true(told.every((text) => text !== '' && text.length <= 300));
  t.is(left[0]?.en, 'filler: /x is no filler of this node: it is not touched');
  t.is(left[0]?.es, told[3]);
});

test('a drill that is ended while it looks whether a fault can be made does not make it', async (t) => {
  const ledger = await openLedger(join(await makeFolder(t), 'simulacro'));
  t.teardown(() => ledger!.release());
  const stop = new AbortController();
  const ended = () => Promise.resolve(null).finally(() => stop.abort());
  const { trials, isWhole } = await runScript({
    acts: [
      {
        id: 'disco-lleno',
        node: null,
        within_seconds: 1,
        lacks: () => Promise.resolve(null),
        act: () => Promise.resolve([{ what: 'made', met: true, after: 0 }]),
        after: null,
      },
    ],
    ready: ended,
    barred: () => Promise.resolve(null),
    ledger: ledger!,
    undoing: { programs: programsOf(process.env), state: null, inbox: null },
    clock: clockOf(() => NOW, stop.signal),
    offset: 0,
    isStopped: () => stop.signal.aborted,
    begins: () => {},
    ended: () => {},
  });
  t.like(trials, [{ verdict: 'no-se-hizo', sights: [], reason: 'se interrumpió el simulacro' }]);
  t.false(isWhole);
});

test('a drop-in that was there is removed with one restart, and one that was not with none', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, '90.conf');
  const asked: string[] = [];
  let fails = true;
  const must: Programs['must'] = (program, args) => {
    asked.push([program, ...args].join(' '));
    if (fails && args[0] === 'restart') return Promise.reject(new Error('it did not start'));
    return Promise.resolve('');
  };
  const undo = () => withoutDropIn({ ask: () => Promise.resolve(null), must }, 'cotejo-difusor.service', file);
  await undo();
  t.deepEqual(asked, []);
  await writeFile(file, '');
  await t.throwsAsync(undo());
  fails = false;
  await undo();
  await undo();
  const restarted = ['systemctl daemon-reload', 'systemctl restart cotejo-difusor.service'];
  t.deepEqual(asked, [...restarted, ...restarted], 'again after one that failed, and then no more');
  t.deepEqual(await readdir(folder), []);
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

test('the notice of a fleet is what a node says, and is told as that', (t) => {
  t.regex(noticeSight(100, 100, 40, 30, 'el nodo dice que muestra el aviso').what, /^el nodo dice/);
});

test('whoever is logged in over SSH is known by his own environment, or else by that of a process above', async (t) => {
  t.is(await ownAddress({ SSH_CONNECTION: '192.0.2.7 50000 192.0.2.10 22' }), '192.0.2.7');
  t.is(await ownAddress({}, 1), null);
  const child = spawn('sleep', ['60'], { env: { SSH_CONNECTION: '192.0.2.8 50000 192.0.2.10 22' } });
  t.teardown(() => child.kill());
  await once(child, 'spawn');
  t.is(await ownAddress({}, child.pid), '192.0.2.8');
});
