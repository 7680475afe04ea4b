import test from 'ava';
import { hashOf } from '../../src/format/hash.ts';
import type { Estado, MirrorState } from '../../src/page/lector/messages.ts';
import { BROKEN_CHAINS, type BrokenChain, type Files, filesOf, goodChain } from '../kit/broken-chains.ts';
import { closeBrowser } from '../kit/browser.ts';
import type { Corte } from '../kit/cortes.ts';
import { requires } from '../kit/requires.ts';
import { type Stage, setStage } from './chain-stage.ts';
import type { Twist } from './mirror.ts';
import { unsigned } from './reader.ts';

/**
 * The table of broken chains, which the page, the command and the script run too, at a lector in a real browser: each at a
 * mirror alone, and then with a good mirror beside it.
 */

const inBrowser = requires('chromium', ['chromium']).serial;

const good = goodChain();
const newest = good.jornada[4];
/** Some minutes after the good chain's newest corte. */
const HOUR = Date.parse('2018-07-01T19:45:00-05:00');

/** In the suite the last chain of each code; `npm run soak:lector` has the lector read all of them. */
const CHAINS =
  process.env['COTEJO_SOAK'] === '1'
    ? BROKEN_CHAINS
    : [...new Map(BROKEN_CHAINS.map((chain) => [chain.expected.code, chain])).values()];

/** A site that is there, and has nothing of cotejo's. */
const NOTHING: Twist = (response) => !!response.writeHead(404).end();

/** What is left to the page, the command and the script: cortes before those two that a lector reads, and packages. */
function isSeen({ expected: { phase, number, code }, needsPackages }: BrokenChain): boolean {
  return phase === null || (number >= 4 && (!needsPackages || /^(manifest|path)-/.test(code)));
}

/** What is told of what was given, by the format's codes. */
function codesOf({ troubles }: Estado): string[] {
  return troubles.flatMap((trouble) => {
    if (trouble.kind === 'rechazado') return [trouble.code];
    if (trouble.kind === 'bifurcacion') return ['fork'];
    return trouble.kind === 'bifurcacion-confianza' ? ['trust-fork'] : [];
  });
}

let ends: (() => Promise<void> | void)[] = [];
const night = { teardown: (end: () => Promise<void> | void) => void ends.unshift(end) };
let stage: Promise<Stage> | undefined;

test.after.always(async () => {
  for (const end of ends) await end();
  ends = [];
  await closeBrowser();
});

for (const chain of CHAINS) {
  const { name, expected, breakIt } = chain;
  inBrowser(`${isSeen(chain) ? 'seen' : 'left to the page'}: ${name}`, async (t) => {
    const files = filesOf(good);
    breakIt(files, good);
    const isFork = expected.code === 'trust-fork';
    const own = hashOf(files.get('jornada/000005/corte.json') ?? Buffer.alloc(0));
    const { reader, bad, honest, begin, stands } = await (stage ??= setStage(t, night, good, HOUR));
    // Whoever's corte is refused lies in its files as well.
    const content = isSeen(chain) ? Object.fromEntries(Object.keys(newest.content).map((path) => [path, LIE])) : newest.content;
    bad.night = { trusts: good.trusts, cortes: [{ ...newest, content }], chain: files };
    honest.twist = NOTHING;
    const alone = await begin();
    t.deepEqual(codesOf(alone), isSeen(chain) ? [expected.code] : []);
    t.is(alone.head?.sha256, isSeen(chain) ? undefined : own);
    await stands(isFork ? 'trust-fork' : isSeen(chain) ? 'nothing' : 'corte');
    const first = await reader.given();
    t.deepEqual(unsigned(first, newest), []);
    t.is(
      first.some(({ status }) => status === 200),
      !isSeen(chain) && hasSize(files),
    );

    honest.twist = null;
    const beside = await reader.ask({ ask: 'busca' });
    const codes = new Set(codesOf(beside));
    if (isSeen(chain)) {
      // Whose document was learnt of another meanwhile is not read again.
      codes.delete(expected.code);
      t.deepEqual([...codes], []);
      // Both documents of a fork are signed: who shows one gave nothing else than was signed.
      t.is(stateOf(beside, bad.url) === 'entrego-otra-cosa', !isFork);
    } else t.deepEqual([...codes], own === newest.sha256 ? [] : ['fork']);
    t.not(stateOf(beside, honest.url), 'entrego-otra-cosa');
    // By the newest trust, which the bad one alone has, nothing of the good chain's cortes 4 and 5 stands.
    const isRevoked = files.has('trust/3.json');
    t.is(beside.head?.sha256, isRevoked ? undefined : isSeen(chain) ? newest.sha256 : own);
    const kind = isFork ? 'trust-fork' : codesOf(beside).includes('fork') ? 'fork' : 'corte';
    await stands(isRevoked ? 'aviso' : kind);
    t.deepEqual(unsigned(await reader.given(), newest), []);
  });
}

const LIE = Buffer.from('<!doctype html><title>mentira</title>');

function stateOf({ mirrors }: Estado, url: string): MirrorState | undefined {
  return mirrors.find((mirror) => mirror.url === url)?.state;
}

/** Whether the statement of corte 5 has a size that its files can have: of one that has not, nothing can be shown. */
function hasSize(files: Files): boolean {
  const { manifest } = JSON.parse(String(files.get('jornada/000005/corte.json'))) as Corte['statement'];
  return manifest.content_bytes > 1;
}
