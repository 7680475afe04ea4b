import test from 'ava';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import { openKnown } from '../../../src/page/lector/known.ts';
import type { MirrorAt } from '../../../src/page/lector/mirrors.ts';
import { recall } from '../../../src/page/lector/recall.ts';
import type { WebClient } from '../../../src/page/web-get.ts';
import { WebTrouble } from '../../../src/page/web-trouble.ts';
import { makeSigner, nextTrust, signTrust } from '../../kit/election.ts';
import { memoryStore } from './reader.ts';
import { addCorte, fileAt, type Publication, publication } from './trial-site.ts';

/** Who is blamed for what he has in the place of a corte that is asked for by its number. */

const web = { equation: nodeEquation, prepare: () => Promise.resolve() };

test('a mirror that has not heard of a revocation is not blamed for what it disowned; one that has the document is', async (t) => {
  const stolen: Publication = publication(2);
  const [first] = stolen.trusts;
  const signers = first!.document.signers.map((one) => (one.name === 'firma-1' ? { ...one, last: 1 } : one));
  const second = signTrust(nextTrust(first!, { signers: [...signers, makeSigner('firma-2', 'jornada', 2)] }));
  const right: Publication = { trusts: [first!, second], cortes: stolen.cortes.slice(0, 1) };
  const corte = addCorte(right, { signer: 'firma-2' });
  const sites: Readonly<Record<string, Publication>> = {
    atrasado: stolen,
    mentiroso: { trusts: [first!, second], cortes: stolen.cortes },
    mudo: stolen,
    bueno: right,
  };
  const blamed: string[] = [];
  const mirrors = {
    toAsk: () => Object.keys(sites).map((name) => ({ name, url: `https://${name}/` })),
    gaveOther: ({ name }: MirrorAt) => void blamed.push(name),
  };
  const client: WebClient = {
    hasMoved: () => false,
    read: (url) => {
      if (url.host === 'mudo' && url.pathname.endsWith('/trust/2.json')) throw new WebTrouble('unreachable', url);
      return Promise.resolve(fileAt(sites[url.host]!, url.pathname.slice(1)) ?? null);
    },
    stream: () => Promise.resolve(null),
  };
  const known = await openKnown(memoryStore(), first!, web);
  await known.learn([second]);
  const plan = { known, mirrors, web, clientFor: () => client, now: Date.now, pause: () => new Promise<void>(() => {}) };
  const found = await recall({ ...plan, timeout: () => new AbortController().signal }, 'jornada', 2, null);
  t.is(found?.corte.sha256, corte.sha256);
  t.deepEqual(blamed, ['mentiroso']);
});
