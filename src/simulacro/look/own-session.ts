import { promises as fs } from 'node:fs';

/** Processes above one are few; a list that does not end is none. */
const MOST = 64;

/**
 * From which address whoever runs this is logged in: by his own environment or, where `sudo` or `su` has left that out, by
 * that of a process above. Cutting off that address would cut off whoever has to undo it.
 * @returns null where nobody came over SSH, or where that can't be read
 */
export async function ownAddress(env: Readonly<Record<string, string | undefined>>, from = process.ppid): Promise<string | null> {
  const own = addressIn(env['SSH_CONNECTION']);
  if (own !== null) return own;
  for (let [pid, i] = [from, 0]; pid > 1 && i < MOST; i++) {
    const environ = await fs.readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''); // another's, and we are not root
    const line = environ.split('\0').find((one) => one.startsWith('SSH_CONNECTION='));
    const found = addressIn(line?.slice('SSH_CONNECTION='.length));
    if (found !== null) return found;
    const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
  }
  return null;
}

function addressIn(connection: string | undefined): string | null {
  return connection?.split(' ')[0] || null;
}
