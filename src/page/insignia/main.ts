import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { isName } from '../../format/document.ts';
import { byId } from '../dom.ts';
import { readAnswer } from '../marco/answer.ts';
import { webClient } from '../web-get.ts';
import { webSource } from '../web-source.ts';
import { WebTrouble } from '../web-trouble.ts';
import { type Checked, checkHead, type Site, UNASKED } from './head.ts';
import { CHECKING, type Said, saidOf } from './words.ts';

/** Wires the badge: it checks the origin that it comes from when it is seen, and again as long as it is looked at. */

/** ms, spread by a quarter either way */
const EVERY = 600_000;
/** ms for all of one check */
const PATIENCE = 120_000;

const asked = new URLSearchParams(location.search).get('fase') ?? '';
const home = new URL(isName(asked) ? `/cotejo/fases/${asked}/` : '/', location.origin);
const chain = new URL('/cotejo/chain/', location.origin);

let isChecking = false;
let isSeen = false;
let most = UNASKED;
let checkedAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;

async function check(): Promise<void> {
  if (isChecking) return;
  isChecking = true;
  clearTimeout(timer);
  checkedAt = performance.now();
  show(CHECKING, null);
  let found: Checked | null = null;
  try {
    found = await checkHead(siteOf(AbortSignal.timeout(PATIENCE)), most, Date.now);
  } catch {
    found = null; // whatever could not be read: nothing is known
  }
  isChecking = false;
  show(saidOf(found, new Date().toTimeString().slice(0, 5)), found);
  timer = setTimeout(later, EVERY * (0.75 + Math.random() / 2));
}

function later(): void {
  if (isSeen && document.visibilityState === 'visible' && performance.now() - checkedAt > EVERY / 2) void check();
}

function siteOf(signal: AbortSignal): Site {
  const client = webClient(signal, () => {});
  const source = webSource(chain, client);
  return {
    ...source,
    async look() {
      try {
        const response = await fetch(home, { method: 'HEAD', cache: 'no-store', signal });
        return readAnswer(response.status, (name) => response.headers.get(name));
      } catch {
        return null;
      }
    },
    async front(limit) {
      let hash = sha256.create();
      let bytes = 0;
      try {
        const take = (chunk: Uint8Array) => {
          bytes += chunk.length;
          if (bytes <= limit) hash.update(chunk);
        };
        const start = () => {
          hash = sha256.create();
          bytes = 0;
        };
        const type = await client.stream(home, take, start);
        if (type === null) return null;
        // More than all files have together is none of them.
        return bytes > limit ? 'longer' : bytesToHex(hash.digest());
      } catch (error) {
        if (error instanceof WebTrouble && error.trouble === 'stand-in') return null;
        throw error;
      }
    },
  };
}

function show({ tone, title, detail, ask }: Said, found: Checked | null): void {
  document.documentElement.dataset['tone'] = tone;
  const isDrill = found !== null && 'phase' in found && found.phase?.kind === 'simulacro';
  byId('title').textContent = title;
  byId('detail').textContent = detail;
  if (found !== null) byId('drill').hidden = !isDrill;
  const button = byId('ask');
  button.hidden = ask === null;
  button.textContent = ask;
}

byId('host').textContent = location.host;
byId('ask').addEventListener('click', () => {
  most = Number.POSITIVE_INFINITY;
  void check();
});
document.addEventListener('visibilitychange', later);
new IntersectionObserver((entries) => {
  isSeen = entries.some(({ isIntersecting }) => isIntersecting);
  if (isSeen && checkedAt === Number.NEGATIVE_INFINITY) void check();
  else later();
}).observe(document.documentElement);
