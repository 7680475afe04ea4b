/** The file systems of this machine, as /proc/self/mountinfo tells of them. Pure. */

interface Mount {
  /** `major:minor`; on btrfs that of a subvolume, which is no device */
  readonly device: string;
  /** what of the file system is mounted: `/` is all of it, another a bind mount or a subvolume */
  readonly root: string;
  readonly point: string;
  readonly type: string;
}

/** Those of which it is known that their room is nobody else's: no subvolume, no data set of a pool, no layer. */
const OWN_ROOM: ReadonlySet<string> = new Set(['ext4', 'xfs', 'tmpfs']);

/** @throws Error where a line is none: then nothing is known of any */
function mountsIn(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after] = line.split(' - ');
      const [, , device, root, point] = before.split(' ');
      const type = after?.split(' ')[0];
      if (!device || !root || !point || !type) throw new Error(`mountinfo: ${line.slice(0, 200)}`);
      return { device, root: plain(root), point: plain(point), type };
    });
}

/** Blanks, line ends and backslashes are written as three octal digits. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/**
 * Whether a folder is the root of a file system that nothing else on this machine has its room from.
 * @param mountinfo the text of /proc/self/mountinfo
 * @param folder absolute, with no link in it
 * @param device of what the folder is now: a mount over it, or over one above, would hide what the list says
 */
export function hasOwnRoom(mountinfo: string, folder: string, device: string): boolean {
  const mounts = mountsIn(mountinfo);
  const [own, ...over] = mounts.filter(({ point }) => point === folder);
  if (!own || over.length > 0) return false;
  const isAlone = mounts.filter((one) => one.device === own.device).length === 1;
  return isAlone && own.device === device && own.root === '/' && OWN_ROOM.has(own.type);
}

/** `major:minor` of a device number, as stat gives it on Linux. */
export function deviceText(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn & 0xffffffffn);
  return `${major}:${minor}`;
}
