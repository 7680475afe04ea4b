import test from 'ava';
import { tweetnaclEquation } from '../../src/format/ed25519.ts';
import { hashOf } from '../../src/format/hash.ts';
import { recibosText } from '../../src/format/recibos.ts';
import { countPublished, readPadron, recibosOf } from '../../src/page/recibos/count.ts';
import { webEquation } from '../../src/page/web-equation.ts';
import { WebTrouble } from '../../src/page/web-trouble.ts';
import type { Corte } from '../../src/verdict/history.ts';
import { makeCorte } from '../kit/cortes.ts';
import { encode, makeTrust, signTrust } from '../kit/election.ts';
import { makeRecibo, PADRON, reciboCases } from '../kit/recibos.ts';

/** The published receipts as the page counts them: the table of the command and of the script, and one answer. */

const trust = signTrust(makeTrust());
const made = makeCorte({ trust, files: { 'index.html': '1' } });
const corte: Corte = { statement: made.statement, sha256: made.sha256, signer: trust.document.signers[1]! };
const at = new URL('https://iec.example/recibos/');
const breathe = () => Promise.resolve();

for (const { name, file, found } of reciboCases({ number: 1, sha256: corte.sha256 })) {
  test(`the page counts: ${name}`, async (t) => {
    const web = await webEquation();
    t.true(web.isNative);
    const read = (url: URL) => {
      t.is(url.href, 'https://iec.example/recibos/jornada/000001.json');
      return Promise.resolve(file === null ? null : Buffer.from(file));
    };
    const recibos = await countPublished(read, at, corte, PADRON, { web, breathe });
    const isWhole = found.refused?.length === 1 && found.signed === 0;
    t.is(recibos.kind, file === null ? 'none' : isWhole ? 'unread' : 'counted');
    if (recibos.kind !== 'counted') return;
    const { signed, difusores, missing, contrary, admitted, unknown, refused } = recibos.count;
    const names = (nodes: typeof signed) => nodes.map(({ difusor, node }) => `${difusor}/${node}`).sort();
    t.deepEqual(
      { signed: signed.length, difusores, unknown, missing: names(missing), contrary: names(contrary), admitted: names(admitted) },
      {
        signed: found.signed,
        difusores: found.difusores,
        unknown: found.unknown ?? 0,
        missing: [...found.missing],
        contrary: [...(found.contrary ?? [])],
        admitted: [...(found.admitted ?? [])],
      },
    );
    t.deepEqual(
      refused.map(({ code }) => code),
      [...(found.refused ?? [])],
    );
  });
}

test('without Ed25519 in the browser the same is counted, and the page has its turn between two signatures', async (t) => {
  let turns = 0;
  let computed = 0;
  const slow = {
    isNative: false,
    prepare: () => Promise.resolve(),
    equation: (...given: Parameters<typeof tweetnaclEquation>) => {
      computed += 1;
      return tweetnaclEquation(...given);
    },
  };
  const of = (plan = {}) => makeRecibo({ number: 1, sha256: corte.sha256 }, plan);
  const stranger = of({ difusor: 'radio' });
  const bytes = Buffer.from(recibosText([of(), of({ difusor: 'zocalo' }), stranger]));
  const pause = () => {
    turns += 1;
    return Promise.resolve();
  };
  const found = await countPublished(() => Promise.resolve(bytes), at, corte, PADRON, { web: slow, breathe: pause });
  t.like(found, { kind: 'counted', count: { difusores: 2, unknown: 1 } });
  t.is(computed, 2, 'each once, and of strangers none');
  t.is(turns, 2);
});

test('a server that can not be read is no answer, and what the reader ends is ended', async (t) => {
  const web = await webEquation();
  const trouble = () => Promise.reject(new WebTrouble('stalls', at));
  t.is((await countPublished(trouble, at, corte, PADRON, { web, breathe })).kind, 'unread');
  const ended = new Error('the reader went on');
  await t.throwsAsync(
    countPublished(() => Promise.reject(ended), at, corte, PADRON, { web, breathe }),
    { is: ended },
  );
});

test('a padrón counts as it was signed, and says where the Institute publishes', async (t) => {
  const site = new URL('https://prep.example/');
  const bytes = encode(PADRON);
  const of = (sha256: string, given: Buffer | null) => readPadron(() => Promise.resolve(given), site, sha256, corte);
  t.like(await of(hashOf(bytes), bytes), { difusores: { length: 3 } });
  t.is(await of('ab'.repeat(32), bytes), null);
  t.is(await of(hashOf(bytes), null), null);
  const foreign = encode({ ...PADRON, election: 'otra' });
  t.is(await of(hashOf(foreign), foreign), null, 'of another election');
  for (const institute of ['https://iec.example/prep', 'https://iec.example/prep/']) {
    t.is(recibosOf({ ...PADRON, institute })?.href, 'https://iec.example/prep/recibos/');
  }
  t.is(recibosOf(PADRON), null);
});
