import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publicationOf } from './cortes.ts';
import { type KitTrust, writeTrust } from './election.ts';
import { writeFiles } from './folders.ts';
import { fileIn, named, readGuide, walk } from './guide.ts';
import { makeKey, writePrivateKey } from './keys.ts';
import type { Machine } from './machine.ts';

/** An IEC on a machine, set up as docs/iec.md tells, and on the same machine the Difusor that it delivers to. */

interface Night {
  readonly trust: KitTrust;
  /** of the trust */
  readonly phase: string;
  /** whose key signs that phase's cortes */
  readonly signer: string;
}

/** Runs both guides, from the programs' installation to the node that the IEC has checked. Its service is not begun yet. */
export async function installInstitute(machine: Machine, { trust, phase, signer }: Night): Promise<void> {
  await writeTrust(trust, join(machine.exchange, 'ceremonia/1.json'));
  await writePrivateKey(makeKey(signer), join(machine.exchange, 'ceremonia/firma-1'));
  await writeFiles(join(machine.exchange, 'publicacion'), publicationOf(1));
  await writeFile(join(machine.exchange, 'vanguardia.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await machine.must(
    'cp -r /exchange/ceremonia /exchange/vanguardia.svg /root/; mkdir /srv/prep; cp -r /exchange/publicacion /srv/prep/',
  );
  const [guide, difusor] = [await readGuide('iec'), await readGuide('difusor')];
  for (const script of [...walk(difusor, 2, 2), ...walk(guide, 2, 3)]) await machine.must(script);
  const toml = await fileIn('iec', 'toml');
  await writeFile(join(machine.exchange, 'IEC.toml'), toml.replace(/^phase = "jornada"/m, `phase = "${phase}"`));
  await machine.must('cp /exchange/IEC.toml /etc/cotejo/IEC.toml');

  // This machine is also the Difusor's, at the address that the guide has.
  await machine.must('cp -r /root/ceremonia /root/ancla; cp /etc/cotejo/ssh_iec.pub /root/iec.pub; ssh-keygen -A');
  await machine.must('ip address add 192.0.2.10/32 dev lo; systemctl start ssh nginx');
  for (const script of walk(difusor, 3, 9)) await machine.must(script);
  await machine.must(named(guide, 'alta'));
}
