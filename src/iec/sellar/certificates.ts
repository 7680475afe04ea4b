import { dirname, join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { LIMITS } from '../../format/limits.ts';
import { certificatesFile } from '../../format/sello.ts';
import type { SellarConfig } from '../setup/sellar.ts';
import { listPlace, publishedCertificates } from './places.ts';

export interface Certificates {
  /** what the administrator put there: by these an answer is taken */
  readonly own: string;
  /** those and the ones before them, as published: by these an earlier token is good */
  readonly all: string;
}

/**
 * Puts each authority's certificates beside the tokens, for whoever checks them years later: the authority may be gone by
 * then. Those by which an earlier token was taken are not lost: what is published is only ever added to.
 * @returns the files of each authority that has certificates, by its name
 * @throws Error where something can't be read or written
 */
export async function publishCertificates({ folder, autoridades, autoridad }: SellarConfig): Promise<Map<string, Certificates>> {
  const files = new Map<string, Certificates>();
  for (const { name } of autoridad) {
    const own = join(autoridades, certificatesFile(name));
    const bytes = await readIfThere(own, LIMITS.autoridadBytes);
    if (bytes === null) continue;
    const place = publishedCertificates(folder, name);
    files.set(name, { own, all: place });
    const before = (await readIfThere(place, LIMITS.autoridadBytes))?.toString('latin1') ?? '';
    const list = (await readIfThere(listPlace(folder, name), LIMITS.autoridadBytes))?.toString('latin1') ?? '';
    const [now, earlier] = [[...blocksIn(bytes.toString('latin1')), ...blocksIn(list)], blocksIn(before)];
    // Of revocation lists the present ones: each says all that the earlier ones said.
    const text = [...new Set([...earlier.filter((block) => !isList(block)), ...now])].join('');
    if (text === before || text.length > LIMITS.autoridadBytes) continue;
    makeFolderFor(dirname(place));
    await writeDurably(place, Buffer.from(text, 'latin1'));
  }
  return files;
}

/** Keeps a revocation list that was checked; the next pass publishes it. @throws Error where it can't be written */
export async function keepList({ folder }: SellarConfig, authority: string, pem: string): Promise<void> {
  const place = listPlace(folder, authority);
  makeFolderFor(dirname(place));
  await writeDurably(place, pem);
}

function isList(block: string): boolean {
  return block.startsWith('-----BEGIN X509 CRL');
}

/** Certificates and revocation lists, each with an end of line. */
function blocksIn(pem: string): string[] {
  const blocks = pem.matchAll(/-----BEGIN (CERTIFICATE|X509 CRL)-----\r?\n[A-Za-z0-9+/=\r\n]+-----END \1-----/g);
  return [...blocks].map(([block]) => `${block.replaceAll('\r', '')}\n`);
}
