import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { probeSigningKey, probeSshKey, standingOfSigner } from '../../src/doctor/probe/key.ts';
import { makeSigner, makeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';

/** Whether the service can use its keys, which nobody can type a passphrase for. */

const AROUND = { credentials: undefined, agentSocket: undefined };

requires('openssh-client', ['ssh-keygen'])('a key with a passphrase is of no use to a service that is given none', async (t) => {
  const folder = await makeFolder(t);
  const file = await writePrivateKey(makeKey('firma-1'), join(folder, 'firma-1'));
  const encrypt = (phrase: string) => execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', phrase, '-f', file]);
  const signing = async (service: boolean | null) => {
    const { fact } = await probeSigningKey(file, false, service, AROUND);
    return [fact.isUsable, fact.remedy ?? null];
  };
  for (const service of [true, false, null]) t.deepEqual(await signing(service), [true, null]);
  t.is((await probeSshKey(file, AROUND)).isUsable, true);
  encrypt('una frase');
  const remedy = `ssh-keygen -p -N '' -f ${file}`;
  t.deepEqual(await signing(false), [false, remedy]);
  t.deepEqual(await signing(true), [null, remedy], 'whether its passphrase is the right one is not known');
  t.deepEqual(await signing(null), [null, remedy], 'there is no service here');
  const ssh = await probeSshKey(file, AROUND);
  t.deepEqual([ssh.isUsable, ssh.remedy], [false, remedy], 'for this one the service takes no passphrase');
});

test('on the night of a planned rotation each key may sign its own cortes', (t) => {
  const trust = makeTrust({ signers: [makeSigner('firma-1', 'jornada', 1, 36), makeSigner('firma-2', 'jornada', 37)] });
  const may = (name: string, head: number, phase = 'jornada') =>
    standingOfSigner(trust, makeKey(name).publicKey, phase, head).isInRange;
  t.true(may('firma-1', 10), 'ended, and not yet');
  t.true(may('firma-1', 35));
  t.false(may('firma-1', 36));
  t.false(may('firma-2', 10), 'too early');
  t.true(may('firma-2', 36));
  t.false(may('firma-2', 36, 'simulacro-1'));
  t.false(may('nadie', 36));
});
