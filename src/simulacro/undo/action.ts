import * as v from 'valibot';
import { hash, name, number, positive } from '../../format/document.ts';
import { checkPath } from '../../format/path.ts';

/** What a drill does that must be undone: values of a closed list, which are written to the disk before they are done. */

const path = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.check((text) => text.startsWith('/') && !text.includes('\0') && !text.split('/').includes('..'), 'not an absolute path'),
);
const relative = v.pipe(v.string(), v.check(isPublished, 'not the path of a published file'));
const unit = v.pipe(v.string(), v.regex(/^cotejo-[a-z-]{1,40}\.service$/));
const inode = v.pipe(v.string(), v.regex(/^\d{1,20}:\d{1,20}$/));

export const action = v.variant('undo', [
  /** our own table of nftables, with everything in it */
  v.strictObject({ undo: v.literal('firewall') }),
  /** a file that only takes room, known by its device and inode */
  v.strictObject({ undo: v.literal('filler'), path, inode }),
  /** a delivery that we put into the inbox: the folder beside, or the name that it got */
  v.strictObject({ undo: v.literal('delivery'), paths: v.pipe(v.array(path), v.maxLength(2)), inode }),
  /** a published file, by what the signed manifest says of it */
  v.strictObject({ undo: v.literal('file'), phase: name, number: positive, path: relative, sha256: hash }),
  /** a process that was stopped, known by when it began, in ticks of the machine */
  v.strictObject({ undo: v.literal('process'), pid: positive, began: number, unit }),
  /** a unit that must run */
  v.strictObject({ undo: v.literal('unit'), unit }),
  /** a drop-in of ours below /run/systemd/system */
  v.strictObject({ undo: v.literal('drop-in'), unit }),
]);

export type Action = v.InferOutput<typeof action>;

function isPublished(text: string): boolean {
  try {
    checkPath(text);
    return true;
  } catch {
    return false; // whatever is wrong with it
  }
}
