import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corte } from './cortes.ts';
import { type KitTrust, writeTrust } from './election.ts';
import { readGuide, walk } from './guide.ts';
import { makeKey, writePrivateKey } from './keys.ts';
import type { Machine, Ran } from './machine.ts';

/** A Difusor's site on a machine, set up as docs/difusor.md tells, and the IEC that delivers to it. */

/** Options by which the IEC's account logs in from the machine to itself. */
const SSH = '-i /root/iec -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes';
const IEC = 'cotejo-iec@localhost';

/** Runs the guide from the program's installation to the first look at the site. */
export async function installSite(machine: Machine, trust: KitTrust): Promise<void> {
  await writeTrust(trust, join(machine.exchange, 'ancla/1.json'));
  await writePrivateKey(makeKey('iec'), join(machine.exchange, 'iec'), 'IEC');
  await machine.must('cp -r /exchange/ancla /exchange/iec /exchange/iec.pub /root/; chmod 600 /root/iec; ssh-keygen -A');
  await machine.must('systemctl start ssh nginx'); // as they are once Debian has installed them
  for (const script of walk(await readGuide(), 2, 9)) await machine.must(script);
}

/** One batch of `sftp` as the IEC's account; every line must work unless it begins with `-`. */
export function sftp(machine: Machine, ...lines: string[]): Promise<Ran> {
  return machine.run(`sftp -q -b - ${SSH} ${IEC} <<'BATCH'\n${lines.join('\n')}\nBATCH`);
}

export function ssh(machine: Machine, options: string, command = ''): Promise<Ran> {
  return machine.run(`timeout 20 ssh ${SSH} ${options} ${IEC} ${command} </dev/null`);
}

/** Uploads under a temporary name, then renames: a delivery is there whole or not at all. */
export async function deliver(machine: Machine, corte: Corte): Promise<Ran> {
  const from = join(machine.exchange, corte.delivery);
  await mkdir(from, { recursive: true });
  for (const [name, bytes] of Object.entries(corte.files)) await writeFile(join(from, name), bytes);
  return upload(machine, corte.delivery);
}

/** As {@link deliver}, for a folder that is in the exchange already. */
function upload(machine: Machine, delivery: string): Promise<Ran> {
  return sftp(
    machine,
    `mkdir inbox/.${delivery}`,
    `put -f /exchange/${delivery}/* inbox/.${delivery}/`,
    `rename inbox/.${delivery} inbox/${delivery}`,
  );
}

/** Waits until a command of the machine succeeds, at most three minutes: a busy machine is slow. */
export function until(machine: Machine, condition: string): Promise<string> {
  return machine.must(`timeout 180 bash -c ${quoted(`until ${condition}; do sleep 0.1; done`)}`);
}

export function acuse(phase: string, number: number): string {
  return `/var/lib/cotejo/iec/outbox/acuses/${phase}/${String(number).padStart(6, '0')}.json`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
