import { createHash } from 'node:crypto';
import { UsageError } from '../config/usage-error.ts';
import { inGroups } from '../format/hash.ts';
import { anchorTexts, lectorPrologue } from '../format/lector.ts';
import { LECTOR_FILES } from '../format/lector-files.ts';
import { asOneLine } from '../format/text.ts';
import { type SignedTrust, startFrom } from '../verdict/trust-chain.ts';
import type { FirstMirror } from './mirrors.ts';
import { words } from './words.ts';

/** The files of a lector: a page with a bar, and the worker that verifies what it shows. A function of bytes. */

export interface LectorParts {
  /** with the signatures of enough of its custodians */
  readonly anchor: SignedTrust;
  readonly mirrors: readonly FirstMirror[];
  /** `dist/lector.html`; where `<!--difusores-->` stands in it the mirrors are named, for browsers that can't verify */
  readonly shell: Uint8Array;
  /** `dist/lector-worker.js` */
  readonly worker: Uint8Array;
}

const LINKS = '<!--difusores-->';

/**
 * @returns each file by its name in the folder
 * @throws Refusal where the anchor can't be believed; UsageError
 */
export function lectorFiles({ anchor, mirrors, shell, worker }: LectorParts): ReadonlyMap<string, Buffer> {
  const { document } = startFrom(anchor).anchor;
  const texts = anchorTexts(anchor);
  if (!texts) throw new UsageError(words.notAnchor);
  const page = Buffer.from(
    Buffer.from(shell)
      .toString('utf8')
      .replace(LINKS, () => mirrors.map(linkTo).join('\n')),
  );
  const prologue = lectorPrologue({ anchor: texts, mirrors: [...mirrors], shell: hashOf(page) });
  const files = new Map([
    [LECTOR_FILES.page, page],
    [LECTOR_FILES.nothing, page],
    [LECTOR_FILES.worker, Buffer.concat([Buffer.from(prologue), worker])],
  ]);
  const about = aboutText(asOneLine(document.title), hashOf(Buffer.from(anchor.bytes)), files, mirrors);
  return new Map([...files, [LECTOR_FILES.about, Buffer.from(about)]]);
}

function linkTo({ name, url }: FirstMirror): string {
  const [href, check] = [url, new URL('cotejo/', url).href].map(escaped);
  const rel = 'rel="noopener noreferrer"';
  return `<li><a href="${href}" ${rel}>${escaped(name)}</a> <a href="${check}" ${rel} data-check>${words.check.es}</a></li>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function aboutText(title: string, anchor: string, files: ReadonlyMap<string, Buffer>, mirrors: readonly FirstMirror[]): string {
  const code = (name: string) => `  ${inGroups(hashOf(files.get(name) ?? Buffer.alloc(0))).join(' ')}`;
  const { page, nothing, worker } = LECTOR_FILES;
  return `Lector de los resultados preliminares: ${title}

Muestra la publicación del Instituto, tomada de los sitios de los Difusores, y cada archivo
se verifica en el navegador de quien lee antes de mostrarse. Esta carpeta se sirve tal cual,
por https, en la raíz de un sitio propio (no en una subcarpeta), sin cambiar nada (puede comprimirse en el camino),
y con 404.html para las direcciones que no existen. Lo demás está en docs/lector.md de cotejo.

Shows the Institute's publication, taken from the Difusores' sites, each file verified in the
reader's browser before it is shown. Serve this folder as it is, by https, at the root of a
site of its own (in no folder below it), with 404.html for addresses that do not exist.

Código de integridad del documento de confianza del que todo parte (compárelo con el impreso):
Code of integrity of the trust document that everything starts from (compare the printed one):
  ${inGroups(anchor).join(' ')}

${page}, ${nothing}: la página con la barra; son el mismo archivo (the page with the bar, twice)
${code(page)}
${worker}: lo que verifica, con el documento de confianza y los primeros espejos (what verifies)
${code(worker)}

Primeros espejos (first mirrors; los demás salen del padrón firmado):
${mirrors.map(({ url }) => `  ${url}`).join('\n')}
`;
}
