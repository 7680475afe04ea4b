import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { corteFolder } from '../chain/chain-folder.ts';
import { encodeDocument } from '../format/document.ts';
import { CORTE_FILES, type CorteFile, deliveryName } from '../format/naming.ts';
import type { Code } from '../format/refusal.ts';
import { type Said, ToldError } from '../format/said.ts';
import { parseStatement } from '../format/statement.ts';
import { outboxOf } from '../iec/delivery/outbox.ts';
import { place } from '../iec/delivery/upload.ts';
import { openLink, PATIENCE } from '../iec/link/open-link.ts';
import type { SshIdentity } from '../iec/link/ssh-identity.ts';
import { Trouble } from '../iec/link/trouble.ts';
import { generateKey } from '../keys/generate.ts';
import { openKeyFile } from '../keys/key-file.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { Site } from './demo-site.ts';
import { type Institute, PHASE } from './institute.ts';
import { DEMO } from './words.ts';

/** Attacks by someone who has even stolen the IEC's access to the inbox. Each gives the files of one delivery. */

type Files = Readonly<Record<CorteFile, Uint8Array>>;

export interface Attack {
  readonly what: Said;
  /** as which corte it is delivered */
  readonly number: number;
  readonly files: Files;
  readonly expected: Code;
}

/**
 * @param next the number of a corte that the IEC has packed and not yet sent
 * @param own a key that the attacker made for himself
 */
export async function attacksOn({ chain }: Institute, next: number, own: SigningKey): Promise<Attack[]> {
  const genuine = await filesOf(chain, next);
  const statement = parseStatement(genuine['corte.json']);
  const forged = encodeDocument({ ...statement, note: 'Corrección de último momento' });
  const pack = Buffer.from(genuine['corte.tar.gz']);
  pack[pack.length >> 1] = pack[pack.length >> 1]! ^ 1;
  return [
    {
      what: DEMO.forged,
      number: next,
      files: { ...genuine, 'corte.json': forged, 'corte.json.sig': await own.sign(forged, 'corte@cotejo') },
      expected: 'signer-unknown',
    },
    {
      what: DEMO.changed,
      number: next,
      files: { ...genuine, 'corte.json': forged },
      expected: 'signature-invalid',
    },
    {
      what: DEMO.oneBit,
      number: next,
      files: { ...genuine, 'corte.tar.gz': pack },
      expected: 'package-mismatch',
    },
    {
      what: DEMO.replayed,
      number: next,
      files: await filesOf(chain, 2),
      expected: 'statement-malformed',
    },
  ];
}

/** How long a refusal may take to be shown in the outbox, ms. */
const SHOWN_MS = 60_000;

/** What a thief of the old signing key can still make after a rotation. */
export async function signedByTheOldKey({ chain }: Institute, next: number, old: SigningKey): Promise<Attack> {
  const genuine = await filesOf(chain, next);
  return {
    what: DEMO.oldKey,
    number: next,
    files: { ...genuine, 'corte.json.sig': await old.sign(genuine['corte.json'], 'corte@cotejo') },
    expected: 'signer-out-of-range',
  };
}

/** Delivers through the IEC's own account. @returns the code with which the Difusor refused it, or null */
export async function attempt(site: Site, identity: SshIdentity, attack: Attack, folder: string): Promise<Code | null> {
  const name = deliveryName({ kind: 'corte', phase: PHASE, number: attack.number });
  const aside = join(folder, `attack-${randomBytes(4).toString('hex')}`);
  await fs.mkdir(aside);
  const files = CORTE_FILES.map((file) => ({ name: file, path: join(aside, file), bytes: attack.files[file].length }));
  for (const { name: file, path } of files) await fs.writeFile(path, attack.files[file]);
  const since = site.events.length;
  const target = targetOf(site);
  const link = await openLink(target, { identity, patience: PATIENCE, windowBytes: 1024 * 1024 });
  try {
    const outbox = outboxOf(link, target, PHASE);
    await outbox.newRefusals();
    await place(link, target, { name, files }, () => {});
    const verdict = await site.until(
      DEMO.verdictOver(attack.what),
      (event) => (event.event === 'refused' && event.delivery === name) || event.event === 'admitted',
      since,
    );
    if (verdict.event !== 'refused') return null;
    // The night's clock stands still meanwhile: whoever comes next could not tell by the hour that this was not his.
    const late = performance.now() + SHOWN_MS;
    while (!(await outbox.newRefusals(true)).some(({ delivery }) => delivery === name)) {
      if (performance.now() > late) throw new ToldError(DEMO.notShown(name));
      await sleep(50);
    }
    return verdict.code;
  } finally {
    link.close();
  }
}

/** Tries to log in with an unknown key. @returns whether the inbox kept it out */
export async function knock(site: Site, folder: string): Promise<boolean> {
  const file = join(folder, 'stranger');
  await generateKey(file, 'stranger', randomBytes(32));
  const identity = { privateKey: await fs.readFile(file) };
  try {
    (await openLink(targetOf(site), { identity, patience: PATIENCE, windowBytes: 1024 * 1024 })).close();
    return false;
  } catch (error) {
    if (error instanceof Trouble) return error.code === 'login-refused';
    throw error;
  }
}

export async function attackersKey(folder: string): Promise<SigningKey> {
  const file = join(folder, 'attacker');
  await generateKey(file, 'attacker', randomBytes(32));
  return openKeyFile(file, { passphrase: () => Promise.reject(new Error('it has none')) });
}

function targetOf({ name, sftp, introduction }: Site) {
  const { sftp_host_key: host_key, acuse_key } = introduction;
  return { difusor: name, node: 'web1', ...sftp, user: 'iec', host_key, acuse_key, inbox: 'inbox', outbox: 'outbox' };
}

async function filesOf(chain: string, number: number): Promise<Files> {
  const folder = corteFolder(chain, PHASE, number);
  const read = (file: CorteFile) => fs.readFile(join(folder, file));
  return {
    'corte.json': await read('corte.json'),
    'corte.json.sig': await read('corte.json.sig'),
    SHA256SUMS: await read('SHA256SUMS'),
    'corte.tar.gz': await read('corte.tar.gz'),
  };
}
