import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fingerprint } from '../../src/format/key.ts';
import type { NightEvent } from '../../src/iec/record/bitacora.ts';
import { runNight } from '../../src/iec/run.ts';
import { readIecConfig } from '../../src/iec/setup/config.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { tomlOf } from '../iec/network.ts';
import { cortesIn, publicationOf } from '../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../kit/difusor.ts';
import { at, makeTrust, NOW, signTrust, writeTrust } from '../kit/election.ts';
import { makeFolder, treeOf, writeFiles } from '../kit/folders.ts';
import { serveHttps } from '../kit/https.ts';
import { ANY, keyText, iec as sender } from '../kit/inbox.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { shared } from '../kit/programs.ts';
import { type Relay, startRelay } from '../kit/relay.ts';
import { requires, requiresShared } from '../kit/requires.ts';
import { startSshd } from '../kit/sshd.ts';
import type { Answering } from '../kit/web.ts';
import { runBeside } from '../traer/stage.ts';

/**
 * Part of a night of the IEC and six Difusores, by a clock that the test moves: `iec run` packs a publication as it grows,
 * brings it over SFTP and looks at every site by https; for an hour its SFTP to four of them is cut, and `traer` brings
 * them what the others have. A seventh, cut off too, has no `traer`: it shows what the others would show without it. One
 * mirror lies all night. The short form packs eight small publications; `npm run soak:traer` packs the real night, of
 * which three nodes take their part through sshd.
 */

const isSoak = process.env['COTEJO_SOAK'] === '1';
const NAMES = ['vanguardia', 'zocalo', 'radio', 'canal-7', 'el-siglo', 'noticias'];
const CUT = NAMES.slice(2);
const WITHOUT = 'sin-traer';
const PERIOD_MS = 600_000;
/** An hour, from the second corte on; later in the real night, when there is something to bring. */
const CUT_FROM = isSoak ? 7 : 2;
const CUT_TO = CUT_FROM + 5;
const LAST = isSoak ? 18 : CUT_TO + 1;
/** A look at each site is due in so much at the most, ms. */
const NEXT_LOOK_MS = 75_000;
const PHOTO = 150_000;

interface Player {
  readonly name: string;
  readonly difusor: RunningDifusor;
  readonly relay: Relay;
  /** its site by https, as readers and mirrors have it */
  readonly site: URL;
}

const trial = isSoak
  ? requiresShared('tools/noche', requires('openssh-server', ['sshd', 'ssh-keygen', 'openssl']))
  : requires('openssl', ['openssl']);

trial('an hour without the IEC’s SFTP at four of six nodes, and a mirror that lies: no notice, and every link stays', async (t) => {
  t.timeout(isSoak ? 3_600_000 : 300_000);
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the trial's own certificates; of this worker alone
  const folder = await makeFolder(t);
  const clock = { now: NOW - 60_000 };
  const plain = makeTrust();
  const trust = signTrust({
    ...plain,
    phases: plain.phases.filter(({ name }) => name === 'jornada').map((phase) => ({ ...phase, opens_at: at(NOW) })),
    signers: plain.signers.filter(({ phase }) => phase === 'jornada'),
  });
  const chain = join(folder, 'chain');
  await writeTrust(trust, join(chain, 'trust/1.json'));
  await rehearse(folder);
  await publish(folder, 1);
  for (const [name, key] of [
    ['firma-1', makeKey('firma-1')],
    ['ssh_key', sender],
  ] as const)
    await writePrivateKey(key, join(folder, name));

  const sshd = isSoak ? await startSshd(t, folder, sender.publicKey) : null;
  const players: Player[] = [];
  const lines = [];
  const hostKey = makeKey('a host');
  for (const [i, name] of [...NAMES, WITHOUT].entries()) {
    const difusor = await runDifusor(t, {
      trust,
      difusor: name,
      now: () => clock.now,
      ports: { http: ANY, sftp: ANY },
      hostKey: await keyText(t, hostKey),
      sftp: { iec_keys: [sender.publicKey], host_key: 'unused', inbox_bytes: 1024 ** 3 },
      acuseKey: makeKey(`acuse of ${name}`),
      poll_seconds: 1, // each look of seven daemons costs two processes
    });
    const own = sshd !== null && i % 2 === 0 ? sshd : null;
    const relay = await startRelay(t, own?.port ?? difusor.sftp?.port ?? 0);
    const { address: site } = await serveHttps(t, onward(difusor.http?.port ?? 0));
    players.push({ name, difusor, relay, site });
    lines.push({
      name,
      lines: {
        host: '127.0.0.1',
        port: relay.port,
        user: own?.user ?? 'iec',
        host_key: own?.hostKey ?? fingerprint(hostKey.publicKey),
        acuse_key: makeKey(`acuse of ${name}`).publicKey,
        inbox: own ? difusor.config.inbox : 'inbox',
        outbox: own ? difusor.config.outbox : 'outbox',
      },
    });
  }
  const file = join(folder, 'IEC.toml');
  const toml = tomlOf(lines, ['mirar = true', 'por_la_red = true']);
  await writeFile(
    file,
    players.reduce((text, { name, site }) => text.replace(`https://${name}.example/`, site.href), toml),
  );
  const { address: liar } = await serveHttps(t, lying(chain));
  const six = players.filter(({ name }) => name !== WITHOUT);
  const cut = players.filter(({ name }) => CUT.includes(name) || name === WITHOUT);
  const beside = six.map(({ name, difusor, site }) => {
    const mirrors = [liar, ...six.map((one) => one.site).filter((other) => other !== site)].map(({ href }) => href);
    // Whom the IEC reaches needs nobody else, however slow this machine is.
    const traer = { enabled: true, mirrors, padron: true, wait_seconds: CUT.includes(name) ? 1 : 300, ask_seconds: 0.5 };
    const node = Object.defineProperty({ config: { ...difusor.config, traer }, now: 0 }, 'now', { get: () => clock.now });
    return { name, ...runBeside(t, node) };
  });

  const log: NightEvent[] = [];
  const stop = new AbortController();
  let reread = () => {};
  const night = runNight(
    () => readIecConfig(file),
    {
      key: makeKey('firma-1'),
      identity: { privateKey: await keyText(t, sender) },
      now: () => clock.now,
      supervisor: supervisorOf({}),
      heard: (event) => void log.push(event),
      reread: { onRing: (listener) => void (reread = listener) },
    },
    stop.signal,
  );
  t.teardown(async () => {
    stop.abort();
    await night;
  });
  /** Moves the clock, and lets the night look at it. */
  const move = (to: number) => {
    clock.now = to;
    reread();
  };
  const links = async () => {
    const { difusores } = JSON.parse(await readFile(join(folder, 'panel/enlaces.json'), 'utf8')) as Links;
    return Object.fromEntries(difusores.map(({ name, enabled, por_la_red }) => [name, `${enabled} ${por_la_red}`]));
  };

  const sentBefore = new Map<string, number>();
  for (let n = 1; n <= LAST; n++) {
    const isCut = n >= CUT_FROM && n <= CUT_TO;
    if (n === CUT_FROM)
      for (const { relay } of cut) {
        relay.stall();
        relay.cut();
      }
    if (n === CUT_TO + 1) {
      for (const { name, relay } of cut) {
        sentBefore.set(name, relay.sent());
        relay.heal();
      }
    }
    const begins = NOW + (n - 1) * PERIOD_MS + 5000;
    await publish(folder, n);
    move(begins);
    await until(() => log.some(({ event, number }) => event === 'packed' && number === n));
    await Promise.all(six.map(({ difusor }) => difusor.until((event) => event.event === 'published' && event.number === n)));
    // Six looks at each site in a period; the first that comes after the corte is there is enough.
    const known = () => six.every(({ name }) => isKnown(log, name, n, isCut && CUT.includes(name)));
    for (let look = 1; look <= 6 && !known(); look++) {
      move(begins + look * NEXT_LOOK_MS);
      await until(known, 20_000).catch(() => {});
    }
    t.true(known(), `corte ${n}: ${JSON.stringify(log.slice(-12))}`);
    if (!isCut) continue;
    const expected = NAMES.map((name) => [name, `true ${CUT.includes(name)}`]);
    let seen: Record<string, string> = {};
    await until(
      async () => {
        reread();
        seen = await links();
        return expected.every(([name = '', what]) => seen[name] === what);
      },
      60_000,
      1000,
    ).catch(() => {});
    t.like(seen, Object.fromEntries(expected), `corte ${n}`);
    if (n === CUT_TO) t.regex(await readFile(join(folder, 'panel/index.html'), 'utf8'), /Al día por la red/);
  }

  const back = (name: string) =>
    log.some((event) => event.event === 'acuse' && event['node'] === `${name}/web1` && event['number'] === LAST);
  await until(() => players.every(({ name }) => back(name)), 120_000);
  await until(
    async () => {
      reread();
      return Object.values(await links()).every((what) => what === 'true false');
    },
    60_000,
    1000,
  );
  const packages = await Promise.all(Array.from({ length: LAST }, (_, i) => packageBytes(chain, i + 1)));
  const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0);
  const [missed, after] = [sum(packages.slice(CUT_FROM - 1, CUT_TO)), sum(packages.slice(CUT_TO))];
  for (const { name, relay } of cut.filter((one) => one.name !== WITHOUT)) {
    const sent = relay.sent() - (sentBefore.get(name) ?? 0);
    t.log(name, `${sent} bytes by SFTP since the cut ended; packages: ${after}, and ${missed} in the cut`);
    t.true(sent < after * 1.3 + missed / 2, `${name}: what came another way is not sent again`);
  }

  for (const { name, difusor } of six) {
    t.deepEqual(noticesAt(difusor), [], name);
    t.false(
      difusor.events.some((event) => event.event === 'refused'),
      name,
    );
    t.deepEqual(await sameAs(chain, difusor), [], name);
    t.deepEqual(
      log.filter(({ event, ...of }) => event.startsWith('link-') && of['difusor'] === name),
      [],
    );
    t.deepEqual(
      log.filter(({ event, ...of }) => event === 'state' && of['node'] === `${name}/web1` && of['state'] !== 'al-dia'),
      [],
      name,
    );
  }
  for (const { name, events } of beside) {
    const blamed = new Set(events.flatMap((event) => (event.event === 'mirror' ? [`${event.mirror} ${event.fault}`] : [])));
    t.deepEqual([...blamed], CUT.includes(name) ? [`${liar.host} unusable`] : [], name);
    const brought = events.flatMap((event) => (event.event === 'brought' ? [event.delivery] : []));
    t.true(CUT.includes(name) ? brought.length >= 6 : brought.length === 0, `${name}: ${brought.join(' ')}`);
  }
  const without = players.at(-1);
  t.true(noticesAt(without!.difusor).length > 0, 'without it readers had seen the notice');
  t.true(log.some(({ event, ...of }) => event === 'link-disabled' && of['difusor'] === WITHOUT));
});

interface Links {
  readonly difusores: readonly { readonly name: string; readonly enabled: boolean; readonly por_la_red: boolean }[];
}

/** Whether the IEC knows by now that a node has a corte: by an acuse over SFTP, or from its site. */
function isKnown(log: readonly NightEvent[], name: string, n: number, isOutside: boolean): boolean {
  return log.some(
    ({ event, ...of }) => event === (isOutside ? 'acuse-outside' : 'acuse') && of['node'] === `${name}/web1` && of['number'] === n,
  );
}

const noticesAt = ({ events }: RunningDifusor) => events.filter((event) => event.event === 'published' && event.public === 'aviso');

/** What a node shows or keeps that is not the IEC's, to the byte. */
async function sameAs(chain: string, { config: { state } }: RunningDifusor): Promise<string[]> {
  const wrong: string[] = [];
  const numbers = await cortesIn(join(chain, 'jornada'));
  if (numbers.length !== LAST) wrong.push(`${numbers.length} cortes`);
  for (const number of numbers) {
    const [ours, theirs] = await Promise.all(
      [chain, join(state, 'chain')].map((of) => readFile(join(of, 'jornada', number, 'corte.json'))),
    );
    if (!ours?.equals(theirs ?? Buffer.alloc(0))) wrong.push(number);
  }
  const shown = await treeOf(join(state, 'trees/jornada', numbers.at(-1) ?? ''));
  const list = await readFile(join(chain, 'jornada', numbers.at(-1) ?? '', 'SHA256SUMS'), 'utf8');
  for (const line of list.split('\n').filter((one) => one !== '')) {
    const [sha256 = '', path = ''] = line.split(/ [ *]/);
    if (!shown[path]?.endsWith(sha256)) wrong.push(path);
  }
  return wrong;
}

async function packageBytes(chain: string, n: number): Promise<number> {
  const text = await readFile(join(chain, 'jornada', String(n).padStart(6, '0'), 'corte.json'), 'utf8');
  return (JSON.parse(text) as { package: { bytes: number } }).package.bytes;
}

/** TLS ends here, and the node's web server answers. */
function onward(port: number): Answering {
  return (incoming, response) => {
    const { method, url, headers } = incoming;
    const asked = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    asked.end();
  };
}

/** A mirror that has all that the IEC has, and in each statement other results. */
function lying(chain: string): Answering {
  const answer = async (path: string): Promise<Buffer> => {
    if (path === 'ultimo.json') {
      const number = Number((await cortesIn(join(chain, 'jornada')).catch(() => [])).at(-1) ?? 0);
      return Buffer.from(JSON.stringify({ phase: 'jornada', number: number || null }));
    }
    const bytes = await readFile(join(chain, path.replace(/^chain\//, '')));
    if (!path.endsWith('/corte.json')) return bytes;
    return Buffer.from(
      bytes.toString().replace(/"content_bytes": \d/, (figure) => figure.replace(/\d$/, (d) => String(9 - Number(d)))),
    );
  };
  return (incoming, response) => {
    answer((incoming.url ?? '').replace(/^\/cotejo\//, '')).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  };
}

async function until(isIt: () => boolean | Promise<boolean>, ms = 120_000, every = 50): Promise<void> {
  for (const began = performance.now(); !(await isIt()); await sleep(every))
    if (performance.now() - began > ms) throw new Error(`not within ${ms} ms: ${String(isIt)}`);
}

/** Makes the real night's publications, before anything is timed. */
async function rehearse(folder: string): Promise<void> {
  if (!isSoak) return;
  const states = join(folder, 'publicaciones');
  await mkdir(states);
  const night = ['--from', '2017-06-04T20:00', '--to', '2017-06-04T23:00', '--step', '600', '--images', 'small'];
  const each = ['--each', `cp --archive "$DIR" "${states}/$CORTE_NUMBER"`];
  await promisify(execFile)(process.execPath, [shared('tools/noche'), ...night, ...each, '--out', join(states, 'now')]);
}

/** The publication as of its n-th corte. */
async function publish(folder: string, n: number): Promise<void> {
  const source = join(folder, 'publicacion');
  await mkdir(source, { recursive: true });
  if (!isSoak) return writeFiles(source, { ...publicationOf(n), [`actas/foto-${n}.jpg`]: randomBytes(PHOTO) });
  const states = (await readdir(join(folder, 'publicaciones')))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const state = join(folder, 'publicaciones', String(states[n - 1]));
  await promisify(execFile)('cp', ['--archive', '--update', '--no-target-directory', state, source]);
}
