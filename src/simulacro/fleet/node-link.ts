import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Outbox, outboxOf } from '../../iec/delivery/outbox.ts';
import { place } from '../../iec/delivery/upload.ts';
import { type LinkOptions, openLink } from '../../iec/link/open-link.ts';
import type { SftpLink } from '../../iec/link/sftp-link.ts';
import type { NodeTarget } from '../../iec/setup/config.ts';
import type { Forged } from '../forge.ts';

/** One node of the fleet over its link, as the IEC's account sees it: it delivers, and reads the outbox. */
export interface NodeLink {
  readonly outbox: Outbox;
  /**
   * Uploads a delivery and gives it its name, as the IEC's own program does.
   * @returns false where a delivery of that name waits there already: that one is not ours
   * @throws Trouble; where the link broke, it may have arrived all the same
   */
  deliver(forged: Forged): Promise<boolean>;
  /** Whether a delivery is still in the inbox. */
  isWaiting(name: string): Promise<boolean>;
  /**
   * Takes a delivery back that the node did not take. An inbox need not allow it: the built-in one does not.
   * @returns whether it is gone
   * @throws Trouble where nobody can tell
   */
  takeBack(forged: Forged): Promise<boolean>;
  /** What the node says of the phase; null where it says nothing */
  says(): Promise<Says | null>;
}

/** What a node says that it shows. It is not signed. */
export interface Says {
  readonly shows: 'corte' | 'aviso' | 'espera';
  /** of the corte, 1 or more, whether or not there is such a corte; null where it says none, or what is no number of one */
  readonly number: number | null;
}

const STATUS_BYTES = 256 * 1024;
const number = v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), null);
const status = v.object({
  phases: v.array(v.object({ phase: v.string(), number, public: v.picklist(['corte', 'aviso', 'espera']) })),
});

/** Opens the link, works, and closes it in any case. @throws Trouble that names why there is no link */
export async function withNode<T>(
  target: NodeTarget,
  phase: string,
  options: LinkOptions,
  work: (node: NodeLink) => Promise<T>,
): Promise<T> {
  const link = await openLink(target, options);
  try {
    return await work(overLink(link, target, phase));
  } finally {
    link.close();
  }
}

function overLink(link: SftpLink, target: NodeTarget, phase: string): NodeLink {
  const inInbox = (name: string) => `${target.inbox}/${name}`;
  return {
    outbox: outboxOf(link, target, phase),
    async deliver({ name, files }) {
      const folder = await fs.mkdtemp(join(tmpdir(), 'cotejo-simulacro-'));
      try {
        const parts = Object.entries(files).map(async ([file, bytes]) => {
          await fs.writeFile(join(folder, file), bytes);
          return { name: file, path: join(folder, file), bytes: bytes.length };
        });
        const { how } = await place(link, target, { name, files: await Promise.all(parts) }, () => {});
        return how === 'placed';
      } finally {
        await fs.rm(folder, { recursive: true, force: true }).catch(() => {}); // what stays of ours changes nothing at the node
      }
    },
    isWaiting: async (name) => (await link.find(inInbox(name))) !== null,
    async takeBack({ name, files }) {
      for (const file of Object.keys(files)) await link.remove(`${inInbox(name)}/${file}`).catch(() => {}); // it may be gone by now
      await link.removeFolder(inInbox(name)).catch(() => {}); // whether it is gone is looked at
      return (await link.find(inInbox(name))) === null;
    },
    async says() {
      const bytes = await link.read(`${target.outbox}/status.json`, STATUS_BYTES);
      const parsed = v.safeParse(status, bytes === null ? null : valueOf(bytes));
      const own = parsed.success ? parsed.output.phases.find((one) => one.phase === phase) : undefined;
      return own === undefined ? null : { shows: own.public, number: own.number };
    },
  };
}

function valueOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null; // a hint that is no JSON says nothing
  }
}
