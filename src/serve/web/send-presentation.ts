import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { typeOf } from '../../format/content-type.ts';
import { isName } from '../../format/document.ts';
import { sixDigits } from '../../format/naming.ts';
import { CORTE_IN_TEMPLATE } from '../../format/template.ts';
import { codeOf } from '../../format/thrown.ts';
import { openInside } from './file.ts';
import { addressOf, queryOf, type Segments } from './request-target.ts';
import { FRESH, KEEP_NOT, say } from './say.ts';
import { sendOpened } from './send-opened.ts';
import { type Asked, type Exchange, sendCorte } from './send-public.ts';
import type { ShownCorte, ShownNow } from './shown.ts';

/**
 * Answers for a presentation: with a file of its template or, below `corte/`, with one of the corte that is shown. One
 * that is not authorised with this corte is not there, and leads to the publication as the IEC made it.
 * @param folder holds the links to what is public, `<phase>/<number>/<name>`
 */
export async function sendPresentation(
  exchange: Exchange,
  { above, segments }: Asked,
  corte: ShownCorte,
  folder: string,
  again: () => Promise<ShownNow | null>,
): Promise<void> {
  const { request, response } = exchange;
  const [name = '', ...inside] = segments;
  const root = rootOf(folder, corte, name);
  const front = above.slice(0, -2); // without `cotejo/presentacion`: where the publication is
  if (root === null) return say(response, 302, { ...KEEP_NOT, Location: front.length === 0 ? '/' : `${addressOf(front)}/` });
  const asFolder = (path: Segments) => `${addressOf([...above, ...path])}/${queryOf(request.url ?? '')}`;
  if (inside.length === 0) return say(response, 301, { Location: asFolder([name]) });
  if (inside[0] === CORTE_IN_TEMPLATE) {
    if (inside.length === 1) return say(response, 301, { Location: asFolder(segments) });
    return sendCorte(exchange, { above: [...above, name, CORTE_IN_TEMPLATE], segments: inside.slice(1) }, corte, {
      headers: FRESH,
      again,
    });
  }
  const path = inside.at(-1) === '' ? [...inside.slice(0, -1), 'index.html'] : inside;
  const opened = openInside(root, path);
  if (typeof opened === 'string') return say(response, 404);
  const headers = { ...FRESH, ...exchange.framing.presentation, 'Cotejo-Corte': String(corte.statement.number) };
  return sendOpened(request, response, opened, { headers, type: typeOf(path.at(-1) ?? ''), tag: opened.mark });
}

/** The folder of a presentation's public copy; null where there is none with this corte. */
function rootOf(folder: string, { statement }: ShownCorte, name: string): string | null {
  if (!isName(name)) return null;
  try {
    const link = readlinkSync(join(folder, statement.phase, sixDigits(statement.number), name));
    const [, sha256] = /^\.\.\/\.\.\/([0-9a-f]{64})$/.exec(link) ?? [];
    return sha256 === undefined ? null : join(folder, sha256);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EINVAL'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}
