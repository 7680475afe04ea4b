import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, promises as fs, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { lastNumber, readCorte } from '../../../src/chain/chain-folder.ts';
import { hashOf } from '../../../src/format/hash.ts';
import { CORTE_FILES, sixDigits } from '../../../src/format/naming.ts';
import { cortesIn } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { treeOf } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { noise } from '../../kit/noise.ts';
import { repository } from '../../kit/programs.ts';
import { long, requiresRoot } from '../../kit/requires.ts';
import { type Institute, makeInstitute } from '../institute.ts';

const COTEJO = join(repository(), 'dist/bin/cotejo.js');

/** An Institute at the current date, since the command uses the machine's clock. */
async function today(t: ExecutionContext): Promise<Institute & { key: string }> {
  const iec = await makeInstitute(t, signTrust(makeTrust({ now: Date.now() })));
  return { ...iec, key: await writePrivateKey(makeKey('firma-1'), join(iec.folder, 'firma-1')) };
}

function packing(iec: Institute & { key: string }, env: NodeJS.ProcessEnv = {}) {
  const args = [COTEJO, 'iec', 'pack', iec.source, '--chain', iec.chain, '--phase', 'jornada', '--key', iec.key, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += text));
  child.stderr.on('data', (text) => (said.err += text));
  return { child, said, ended: once(child, 'close') as Promise<[number | null, string | null]> };
}

long().serial(
  'a pack that is killed at any stage of its making leaves no corte or a whole one, and the next goes on',
  async (t) => {
    const iec = await today(t);
    const files = (n: number) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`actas/${n}/${i}.jpg`, noise(`${n} ${i}`, 100_000)]));
    await iec.publish(files(0));
    t.deepEqual((await packing(iec).ended)[0], 0);

    // The files that a pack makes, in that order: when one appears, the pack is killed.
    const signs = ['.packing', '.packing/corte/corte.tar.gz', '.packing/corte/SHA256SUMS', '.packing/corte/corte.json.sig'];
    let made = 0;
    for (const sign of signs) {
      // A pack may be past its commit before the kill. That try shows less, and another one is made.
      let isHit = false;
      for (let tries = 0; !isHit && tries < 10; tries++) {
        await iec.publish(files(++made));
        const signal = await killedAt(packing(iec), join(iec.chain, sign));
        isHit = signal === 'SIGKILL' && existsSync(join(iec.chain, '.packing'));
        await everyCorteIsWhole(t, iec.chain);
      }
      t.true(isHit, `no kill at ${sign} came before the commit`);
    }
    const last = packing(iec);
    t.is((await last.ended)[0], 0, last.said.err);
    await everyCorteIsWhole(t, iec.chain);
    t.deepEqual(await fs.readdir(iec.chain), ['.lock', 'index.json', 'jornada', 'trust']);
    const { phases } = JSON.parse(await fs.readFile(join(iec.chain, 'index.json'), 'utf8'));
    t.is(phases.jornada.number, await lastNumber(iec.chain, 'jornada'));
  },
);

/**
 * Kills a process as soon as it has made a file or a folder: files that an earlier process left do not count.
 * @returns the signal that ended it, null where it ended by itself
 */
async function killedAt({ child, ended }: ReturnType<typeof packing>, sign: string): Promise<string | null> {
  const before = bornAt(sign);
  while (child.exitCode === null && [null, before].includes(bornAt(sign))) await immediate();
  child.kill('SIGKILL');
  return (await ended)[1];
}

/** When a file or a folder was made, null where there is none. */
function bornAt(path: string): string | null {
  const seen = statSync(path, { bigint: true, throwIfNoEntry: false });
  return seen ? `${seen.ino} ${seen.birthtimeNs}` : null;
}

async function everyCorteIsWhole(t: ExecutionContext, chain: string): Promise<void> {
  const last = await lastNumber(chain, 'jornada');
  t.deepEqual(
    await cortesIn(join(chain, 'jornada')),
    Array.from({ length: last }, (_, i) => sixDigits(i + 1)),
  );
  for (let number = 1; number <= last; number++) {
    const folder = join(chain, 'jornada', sixDigits(number));
    t.deepEqual((await fs.readdir(folder)).sort(), [...CORTE_FILES].sort());
    const { statement } = await readCorte(chain, 'jornada', number);
    t.is(hashOf(await fs.readFile(join(folder, 'corte.tar.gz'))), statement.package.sha256);
  }
}

const asRoot = requiresRoot().serial;

asRoot('a full disk leaves the chain as it was', async (t) => {
  const iec = await makeInstitute(t);
  const disk = join(iec.folder, 'disk');
  await fs.mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'cotejo-test', disk]);
  try {
    const chain = join(disk, 'chain');
    await fs.cp(iec.chain, chain, { recursive: true });
    await iec.publish({ a: 'A' });
    await iec.pack({ chain });
    const before = await treeOf(chain);
    const isRefused = async (bytes: number) => {
      await iec.publish({ a: noise('a', bytes) });
      const error = await iec.pack({ chain }).then(
        () => null,
        (error: NodeJS.ErrnoException) => error,
      );
      if (!error) return false;
      t.is(error.code, 'ENOSPC', error.message);
      t.deepEqual(await treeOf(chain), before);
      return true;
    };
    t.true(await isRefused(20_000_000)); // it does not fit in the spool
    // The package does not fit; then it does, and one of the smaller files or folders does not.
    const { bavail, bsize } = await fs.statfs(disk);
    let pages = bavail + 1;
    while (await isRefused(pages * bsize - 1000)) pages -= 1;
    t.true(pages < bavail - 2, `${pages} of ${bavail}`);
    await everyCorteIsWhole(t, chain);
    t.is(await lastNumber(chain, 'jornada'), 2);
  } finally {
    execFileSync('umount', [disk]);
  }
});

long().serial('memory does not grow with the source', async (t) => {
  const iec = await today(t);
  await iec.publish({});
  await fs.writeFile(join(iec.source, 'base.csv'), '');
  await fs.truncate(join(iec.source, 'base.csv'), 160_000_000);
  for (let i = 0; i < 20; i++) await fs.writeFile(join(iec.source, `${i}.jpg`), noise(`${i}`, 5_000_000));
  // Not `resourceUsage().maxRSS`: that survives exec(2), so a child begins with its parent's peak.
  const tell = `
    import { readFileSync } from 'node:fs';
    process.on('exit', () => process.stderr.write(readFileSync('/proc/self/status')));
  `;
  const { ended, said } = packing(iec, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}` });
  t.is((await ended)[0], 0, said.err);
  const kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(said.err)?.[1]);
  t.true(kilobytes < 150_000, `${kilobytes} kB`);
});

test.serial('the command prints JSON with the members that scripts rely on', async (t) => {
  const iec = await today(t);
  await iec.publish({ 'index.html': 'uno' });
  const good = packing(iec);
  t.deepEqual(await good.ended, [0, null]);
  const value = JSON.parse(good.said.out);
  t.deepEqual(Object.keys(value), ['phase', 'number', 'corte', 'taken_at', 'final', 'manifest', 'package']);
  const head = await readCorte(iec.chain, 'jornada', 1);
  t.is(value.corte, head.sha256);
  t.deepEqual(value.manifest, head.statement.manifest);
  t.regex(good.said.err, /^cotejo: warning: without --config [^\n]*\n$/, 'who names no nodes is told that none was asked');
  const anchor = join(iec.chain, 'trust/1.json');
  execFileSync(process.execPath, [COTEJO, 'audit', 'chain', iec.chain, '--anchor', anchor, '--packages']);

  await fs.symlink('index.html', join(iec.source, 'enlace'));
  const wrong = packing(iec);
  t.deepEqual(await wrong.ended, [2, null]);
  t.regex(wrong.said.err, /^cotejo: error: "enlace" in the source is a symbolic link\ncotejo: hint: /m);
  await iec.publish({ 'a\\b': '' });
  const forbidden = packing(iec);
  t.deepEqual(await forbidden.ended, [1, null]);
  t.regex(forbidden.said.err, /^cotejo: error: path-forbidden: /m);
});
