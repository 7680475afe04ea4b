import { randomBytes } from 'node:crypto';
import type { SftpLink } from '../link/sftp-link.ts';
import type { NodeTarget } from '../setup/config.ts';
import type { Parcel } from './parcels.ts';

/** What was begun of an upload. */
export interface Begun {
  /** its temporary folder */
  readonly aside: string;
  /** how many bytes of each file are there, in the order of the parcel; null where there is no such folder yet */
  readonly offsets: readonly number[] | null;
}

/**
 * What an earlier attempt left is gone on with. Whoever may write in the inbox can give its name to something else, for each
 * delivery that is to come: then this one has another name, which nobody can know. What lies there goes with what is old.
 * @param isAnew whether what lies there is left alone in any case
 * @throws what the link throws
 */
export async function begunOf(link: SftpLink, { inbox }: NodeTarget, { name, files }: Parcel, isAnew: boolean): Promise<Begun> {
  const aside = `${inbox}/.cotejo-${name}`;
  const begun = await link.find(aside);
  if (begun === null) return { aside, offsets: null };
  if (!isAnew && begun.isFolder && !begun.isClosed) {
    const found = await Promise.all(files.map((file) => link.find(`${aside}/${file.name}`)));
    if (found.every((one) => one === null || !(one.isFolder || one.isClosed))) {
      return { aside, offsets: files.map(({ bytes }, i) => offsetOf(found[i] ?? null, bytes)) };
    }
  }
  return { aside: `${aside}.${randomBytes(8).toString('hex')}`, offsets: null };
}

function offsetOf(found: { readonly size: number } | null, bytes: number): number {
  return found && found.size <= bytes ? found.size : 0;
}
