import test, { type ExecutionContext } from 'ava';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import { type Known, openKnown } from '../../../src/page/lector/known.ts';
import type { Store } from '../../../src/page/lector/store.ts';
import type { Corte } from '../../kit/cortes.ts';
import { type KitTrust, makeSigner, nextTrust, signTrust } from '../../kit/election.ts';
import { memoryStore } from './reader.ts';
import { addCorte, type Publication, filesOf as pagesOf, publication } from './trial-site.ts';

/** What a reader's browser has verified, over the ends of its worker and what its store loses. */

const web = { equation: nodeEquation, prepare: () => Promise.resolve() };

function open(of: Publication, store: Store): Promise<Known> {
  return openKnown(store, of.trusts[0]!, web);
}

/** Verifies it with the statement before it, as a look does, and takes it for what was seen. */
function adopt(known: Known, of: Publication, { statement, files }: Corte) {
  const { phase, number } = statement;
  const before = of.cortes[number - 2]?.files;
  const three = { corteJson: files['corte.json'], signature: files['corte.json.sig'], sums: files.SHA256SUMS };
  return known.adopt(known.verify({ phase, number }, three, before ? [before['corte.json'], before['corte.json.sig']] : null));
}

/** Its key signed 1, and then was stolen: the next document says that it ends with 1, and names another. */
function revocation({ trusts: [anchor] }: Publication): KitTrust {
  const { signers } = anchor!.document;
  const ended = signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  return signTrust(nextTrust(anchor!, { signers: [...ended, makeSigner('firma-2', 'jornada', 2)] }));
}

/** A store in which nothing more is written after so many writes: the browser has ended the worker there. */
function endedAfter(store: Store, writes: number): Store {
  let left = writes;
  const lives = () => left-- > 0;
  return {
    ...store,
    put: async (...of) => void (lives() && (await store.put(...of))),
    delete: async (name) => void (lives() && (await store.delete(name))),
  };
}

async function signedAnew(t: ExecutionContext, of: Publication, store: Store, when: string) {
  const later = await open(of, store);
  await later.learn(of.trusts.slice(1));
  const first = await adopt(later, of, of.cortes[0]!);
  t.true(first === 'newer' || first === 'same', when);
  t.is(later.head('jornada')?.corte.statement.number, 1, when);
  const anew = addCorte(of, { signer: 'firma-2' });
  t.is(await adopt(later, of, anew), 'newer', when);
  t.deepEqual([later.head('jornada')?.corte.sha256, later.forks()], [anew.sha256, []], when);
  of.cortes.pop();
}

test('a revocation is whole wherever the worker is ended while it is learnt', async (t) => {
  for (let writes = 0; writes < 6; writes++) {
    const of = publication(2);
    const store = memoryStore();
    const before = await open(of, store);
    await adopt(before, of, of.cortes[0]!);
    const stolen = of.cortes[1]!;
    await adopt(before, of, stolen);
    of.trusts.push(revocation(of));
    of.cortes.pop();
    await (await open(of, endedAfter(store, writes))).learn(of.trusts.slice(1));
    const again = await open(of, store);
    await again.learn(of.trusts.slice(1));
    t.deepEqual(again.revoked(), [{ number: 2, sha256: stolen.sha256, version: 2 }], `after ${writes} writes`);
    await signedAnew(t, of, store, `after ${writes} writes`);
  }
});

test('a corte that was seen and could not be kept is revoked as any other, and proves no fork', async (t) => {
  for (const isLearntFirst of [true, false]) {
    const of = publication(2);
    const store = memoryStore();
    const before = await open(of, store);
    await adopt(before, of, of.cortes[0]!);
    const stolen = of.cortes[1]!;
    await adopt(before, of, stolen);
    store.all.delete(`corte/${stolen.sha256}`);
    of.trusts.push(revocation(of));
    of.cortes.pop();
    if (isLearntFirst)
      store.all.set(
        'confianza',
        [of.trusts[1]].map((one) => ({ bytes: one!.bytes, signatures: one!.signatures })),
      );
    await signedAnew(t, of, store, isLearntFirst ? 'the trust was kept' : 'the trust comes later');
  }
});

test('what is not held any more, of a signer that stands, proves no fork either; what is held does', async (t) => {
  for (const isHeld of [true, false]) {
    const of = publication(1);
    const store = memoryStore();
    const [one] = of.cortes;
    await adopt(await open(of, store), of, one!);
    if (!isHeld) store.all.delete(`corte/${one!.sha256}`);
    of.cortes.pop();
    const other = addCorte(of, { files: { ...pagesOf(1), 'datos/total.json': '{"corte":77}\n' } });
    const later = await open(of, store);
    t.is(await adopt(later, of, other), isHeld ? 'fork' : 'newer');
    t.is(later.forks().length, isHeld ? 1 : 0);
    t.is(later.head('jornada')?.corte.sha256, isHeld ? one?.sha256 : other.sha256);
  }
});

test('a worker that is being replaced writes nothing older over what the next one has seen', async (t) => {
  const of = publication(3);
  const store = memoryStore();
  const former = await open(of, store);
  await adopt(former, of, of.cortes[0]!);
  await adopt(await open(of, store), of, of.cortes[2]!);
  await adopt(former, of, of.cortes[1]!);
  t.is((await open(of, store)).head('jornada')?.corte.statement.number, 3);
});
