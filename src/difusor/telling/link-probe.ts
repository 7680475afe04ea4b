import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../disk/durable.ts';
import { LINK_PROBE } from '../../format/naming.ts';

/** As much as one read of SFTP carries. */
const BYTES = 32 * 1024;

/**
 * Puts a small file into the outbox that means nothing and that nothing can compress: the IEC reads it over and over to
 * measure the link from this node (`iec doctor`), since whatever else it may read there is too small for that.
 * @throws Error where it can't be written
 */
export async function offerLinkProbe(outbox: string): Promise<void> {
  const file = join(outbox, LINK_PROBE);
  if (statSync(file, { throwIfNoEntry: false })?.size === BYTES) return;
  await replaceFile(file, randomBytes(BYTES));
}
