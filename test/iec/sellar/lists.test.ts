import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { formatTime, offsetOf } from '../../../src/format/time.ts';
import { type Authority, makeAuthority } from '../../kit/authority.ts';
import { makeCorte, writeInChain } from '../../kit/cortes.ts';
import { FAKETIME } from '../../kit/faketime.ts';
import { requires } from '../../kit/requires.ts';
import { serve } from '../../kit/web.ts';
import { makeStage, opened, trust } from './stage.ts';

/** What an authority's revocation lists and clocks do to its tokens. */

const withOpenssl = requires('openssl and libfaketime', ['openssl', FAKETIME]);
let authorities: Record<'uno' | 'dos', Authority>;

test.before(async () => {
  authorities = { uno: await makeAuthority(), dos: await makeAuthority() };
});
test.after.always(async () => (await opened).close());

withOpenssl('the revocation list is fetched once a day, checked and published, and what is on it seals no more', async (t) => {
  const own = await makeAuthority();
  const iec = await makeStage(t, { ...authorities, uno: own });
  let list: Uint8Array = Buffer.from('');
  let asked = 0;
  const crl = await serve(t, (_, response) => {
    asked += 1;
    response.end(list);
  });
  iec.autoridad[0] = { ...iec.autoridad[0]!, crl: crl.href };
  const published = () => readFile(join(iec.folder, 'sellar/autoridades/uno.pem'), 'utf8');
  const troubles = () => iec.events.filter(({ event }) => event === 'sellar-list-trouble').length;
  const day = async (hours: number, of: Uint8Array) => {
    iec.clock.now += hours * 3_600_000;
    list = of;
    await iec.pass(); // fetches it
    return iec.pass(); // publishes it
  };
  const der = (pem: string) => execFileSync('openssl', ['crl', '-outform', 'DER'], { input: pem });

  await day(0, Buffer.from('<!DOCTYPE html>'));
  await day(0.5, der(authorities.dos.revocations('nothing'))); // too early
  t.is(asked, 1);
  await day(1, der(authorities.dos.revocations('nothing'))); // another authority's
  t.deepEqual([asked, troubles()], [2, 2]);
  t.notRegex(await published(), /X509 CRL/);
  await day(1.1, der(own.revocations('nothing')));
  t.deepEqual([asked, troubles()], [3, 2]);
  t.is((await published()).match(/BEGIN X509 CRL/g)?.length, 1);
  const revoked = Buffer.from(own.revocations('itself'));
  await day(22, revoked);
  t.is(asked, 3);
  await day(3, revoked);
  t.is(asked, 4);
  t.is((await published()).match(/BEGIN X509 CRL/g)?.length, 1);
  await writeInChain(iec.chain, makeCorte({ trust, previous: iec.made[1]!, files: { 'index.html': 'otro' } }));
  t.is((await iec.pass()).autoridades[0]?.trouble?.code, 'certificate-revoked');
});

withOpenssl(
  'a revocation that was published is not taken back: neither by an older list, nor by a later one without it',
  async (t) => {
    const own = await makeAuthority();
    const iec = await makeStage(t, { ...authorities, uno: own }, 1);
    let list = '';
    const crl = await serve(t, (_, response) => void response.end(list));
    iec.autoridad[0] = { ...iec.autoridad[0]!, crl: crl.href };
    const published = join(iec.folder, 'sellar/autoridades/uno.pem');
    const day = async (of: string) => {
      iec.clock.now += 25 * 3_600_000;
      list = of;
      await iec.pass(); // fetches it
      await iec.pass(); // publishes it
      return (await readFile(published, 'utf8')).match(/BEGIN X509 CRL/g)?.length;
    };
    const check = async () =>
      (await opened).check(await iec.read('000001.uno.tsr'), iec.made[0]!.sha256, published).then(
        () => 'good',
        ({ code }: { code: string }) => code,
      );
    const troubles = () => iec.events.filter(({ event }) => event === 'sellar-list-trouble').length;
    // An hour of a list is told in whole seconds.
    const second = () => new Promise((resolve) => setTimeout(resolve, 1100));

    const old = own.revocations('nothing');
    t.is(await day(old), 1);
    t.is(await check(), 'good');
    await second();
    const revoking = own.revocations('itself');
    t.is(await day(revoking), 1); // the empty one says nothing more
    t.is(await check(), 'certificate-revoked');
    t.is(troubles(), 0);
    t.is(await day(old), 1); // from a cache, or by somebody in between
    t.is(troubles(), 1);
    t.is(await check(), 'certificate-revoked');
    await second();
    // RFC 5280, 3.3: what has ended may be left out.
    const index = join(own.folder, 'index.txt');
    await writeFile(index, (await readFile(index, 'utf8')).replace(/^R\t(\S+)\t\S*/gm, 'V\t$1\t'));
    t.is(await day(own.revocations('nothing')), 2);
    t.is(troubles(), 1);
    t.is(await check(), 'certificate-revoked');
    await second();
    await day(own.revocations('nothing'));
    t.is(await day(own.revocations('nothing')), 2); // no more than say something
    t.is(await check(), 'certificate-revoked');
  },
);

withOpenssl('a list that can not be evaluated is published no longer than it is among the administrator’s', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const own = join(iec.autoridades, 'uno.pem');
  await writeFile(own, authorities.uno.pem + authorities.dos.revocations('nothing')); // in the same name
  t.is((await iec.pass()).autoridades[0]?.trouble?.code, 'list-unusable');
  await writeFile(own, authorities.uno.pem);
  iec.clock.now += 3_600_000;
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
});

for (const [whose, seconds] of [
  ['ahead', 301],
  ['behind', -302],
] as const) {
  withOpenssl(`an authority whose clock is ${whose}: told as that, not counted, and asked again later`, async (t) => {
    const iec = await makeStage(t, authorities, 1);
    iec.off.uno = seconds * 1000;
    const { autoridades } = await iec.pass();
    t.like(autoridades[0], { newest: 0, pending: 1, failures: 1, trouble: { code: 'clocks' } });
    t.like(autoridades[1], { newest: 1, pending: 0 });
    t.deepEqual(await iec.files(), ['000001.dos.tsr']);
    const told = () =>
      iec.events.flatMap((one) => (one.event === 'sellar-clocks' ? [[one.autoridad, one.number, one.hour, one.ours]] : []));
    const hour = (ms: number) => formatTime(ms, offsetOf(trust.document.phases[1]!.opens_at));
    t.deepEqual(told(), [['uno', 1, hour(iec.clock.now + iec.off.uno), hour(iec.clock.now)]]);
    t.false(iec.events.some(({ event }) => event === 'sellar-trouble'));
    const first = await readFile(join(iec.folder, 'sellar/otros/jornada/reloj-000001.uno.tsr')); // of use if it was right
    iec.clock.now += 60_000;
    t.is((await iec.pass()).autoridades[0]?.failures, 2);
    t.is(told().length, 1);
    t.deepEqual(await readFile(join(iec.folder, 'sellar/otros/jornada/reloj-000001.uno.tsr')), first);
    iec.off.uno = 0;
    iec.clock.now += 3_600_000;
    t.like((await iec.pass()).autoridades[0], { newest: 1, pending: 0, trouble: null });
  });
}

withOpenssl('clocks may differ by as much as the format lets them', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.off.uno = 300_000;
  iec.off.dos = -298_000;
  for (const one of (await iec.pass()).autoridades) t.is(one.pending, 0);
});

withOpenssl('a corte that says a later hour than the authorities do is sealed by none until that hour', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  const takenAt = Date.parse(iec.made[0]!.statement.taken_at) + 600_000;
  iec.clock.now = takenAt - 301_000; // since then the clock of the Institute was set right
  await writeInChain(iec.chain, makeCorte({ trust, previous: iec.made[0]!, files: { 'index.html': 'otro' } }));
  t.deepEqual(
    (await iec.pass()).autoridades.map(({ trouble }) => trouble?.code),
    ['clocks', 'clocks'],
  );
  // One that was kept all the same is not taken for a seal.
  await writeFile(
    join(iec.sellos, '000002.uno.tsr'),
    await readFile(join(iec.folder, 'sellar/otros/jornada/reloj-000002.uno.tsr')),
  );
  t.is((await iec.pass()).autoridades[0]?.newest, 0);
  iec.clock.now = takenAt - 200_000;
  t.deepEqual(
    (await iec.pass()).autoridades.map(({ pending }) => pending),
    [0, 0],
  );
});
