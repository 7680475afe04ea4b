import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeAuthority } from '../kit/authority.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { writeFiles } from '../kit/folders.ts';
import { named, readGuide } from '../kit/guide.ts';
import { installInstitute } from '../kit/institute-site.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { until } from '../kit/site.ts';

/** Tokens under the shipped unit and its timer, set up by the guide's own commands, while the night goes on. */

const trial = requiresMachine('openssl', ['openssl']).serial;
const phases = makeTrust({ now: Date.now() }).phases.map((phase) => ({ ...phase, period_seconds: 10, grace_seconds: 60 }));
const trust = signTrust(makeTrust({ now: Date.now(), phases }));

let machine: Machine;
test.after.always(async () => machine?.stop());

/** An authority as a small server: it hands each question to `openssl ts -reply`. */
const SERVER = `
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const [folder, port] = process.argv.slice(2);
createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (existsSync(folder + '/silent')) return response.writeHead(503).end();
    writeFileSync(folder + '/asked', Buffer.concat(parts));
    const args = ['ts', '-reply', '-config', 'conf', '-section', 'stamping', '-queryfile', 'asked'];
    response.end(execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }));
  });
}).listen(Number(port), '127.0.0.1');
`;

const SELLOS = '/var/lib/cotejo-sellar/sellos/jornada';

trial('the guide, followed to the letter, seals every corte of a night that goes on', async (t) => {
  machine = await bootMachine();
  await installInstitute(machine, { trust, phase: 'jornada', signer: 'firma-1' });
  await writeFile(join(machine.exchange, 'authority.mjs'), SERVER);
  for (const [i, name] of ['uno', 'dos'].entries()) {
    const authority = await makeAuthority();
    await writeFiles(machine.exchange, { [`autoridades/${name}.pem`]: authority.pem });
    await cp(authority.folder, join(machine.exchange, name), { recursive: true });
    await machine.must(`cp -r /exchange/${name} /root/
      systemd-run --unit=${name} node /exchange/authority.mjs /root/${name} ${31_610 + i}`);
  }
  const guide = await readGuide('iec');
  await machine.must('cp -r /exchange/autoridades /root/');
  await machine.must(named(guide, 'sellar'));
  await machine.must(
    `sed -i 's|https://sellos.uno.example/tsr|http://127.0.0.1:31610|; s|https://sellos.dos.example/tsr|http://127.0.0.1:31611|' /etc/cotejo/IEC.toml`,
  );
  await machine.must(named(guide, 'servicio'));
  await machine.must(named(guide, 'sellar-servicio'));
  for (const name of ['uno', 'dos']) await until(machine, `test -e ${SELLOS}/000001.${name}.tsr`);
  t.is((await machine.must(`stat -c %U:%a ${SELLOS}/000001.uno.tsr`)).trim(), 'cotejo-sellar:644');
});

trial('the unit is exposed by 1.5 at most', async (t) => {
  const told = await machine.must('systemd-analyze security --no-pager cotejo-iec-sellar.service | tail -1');
  t.true(Number(/: ([0-9.]+) /.exec(told)?.[1]) <= 1.5, told);
});

trial('a silent authority is told in the journal and on the panel, and the night goes on', async (t) => {
  await machine.must('touch /root/uno/silent');
  await until(machine, `journalctl -u cotejo-iec-sellar | grep -q 'sellar-trouble autoridad=uno code=status'`);
  await until(machine, `grep -q 'la autoridad uno no da ninguno desde las' /var/lib/cotejo-iec/panel/index.html`);
  const cortes = 'ls /var/lib/cotejo-iec/chain/jornada | wc -l';
  const before = Number(await machine.must(cortes));
  await until(machine, `test $(${cortes}) -gt ${before}`);
  t.notRegex(await machine.must('journalctl -u cotejo-iec-sellar'), /Started|Finished/);
  t.not((await machine.run('systemctl is-failed cotejo-iec-sellar')).status, 0); // to be silent is no failure of ours
  await machine.must('rm /root/uno/silent /var/lib/cotejo-sellar/sellar.json');
});

trial('what was sealed is checked as the guide tells', async (t) => {
  const guide = await readGuide('iec');
  await machine.must('systemctl stop cotejo-iec; systemctl stop cotejo-iec-sellar.timer cotejo-iec-sellar.service');
  await machine.must(named(guide, 'sellar-ver'));
  const audited = await machine.must(named(guide, 'sellar-auditar'));
  t.regex(audited, /time-stamps +tokens of cortes from 1 to \d+/);
});
