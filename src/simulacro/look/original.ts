import { join } from 'node:path';
import { readBounded } from '../../disk/bounded-file.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Manifest } from '../../format/manifest.ts';
import type { CorteFile } from '../../format/naming.ts';
import type { Original } from '../forge.ts';

/** A package over this is not copied for a forgery: it is refused before anybody reads it. */
const PACKAGE_BYTES = 4 * 1024 * 1024;

/** @param folder of a corte, in a chain */
export async function readOriginal(folder: string, statement: Original['statement']): Promise<Original> {
  const read = (name: CorteFile, most: number) => readBounded(join(folder, name), most);
  const isSmall = statement.package.bytes <= PACKAGE_BYTES;
  return {
    statement,
    files: {
      'corte.json': await read('corte.json', LIMITS.documentBytes),
      'corte.json.sig': await read('corte.json.sig', LIMITS.signatureBytes),
      SHA256SUMS: await read('SHA256SUMS', LIMITS.manifestBytes),
      'corte.tar.gz': isSmall ? await read('corte.tar.gz', PACKAGE_BYTES) : Buffer.from('simulacro\n'),
    },
  };
}

/** The file that stands for the publication: the page that readers open. */
export function pageOf(manifest: Manifest): string {
  const paths = manifest.map(({ path }) => path);
  return paths.find((path) => path === 'index.html') ?? paths.find((path) => path.endsWith('.html')) ?? paths[0] ?? '';
}
