import { statSync } from 'node:fs';
import { join } from 'node:path';
import { trustFolder } from '../../chain/chain-folder.ts';
import { openTrust } from '../../difusor/admission/trust.ts';
import type { NoticeSettings } from '../../difusor/public/pages.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { Tell } from '../../difusor/state/events.ts';
import { roomsOf } from '../../difusor/state/rooms.ts';
import type { Trust } from '../../format/trust.ts';
import type { AccessLogSettings } from './access-log.ts';

/**
 * All that the web server knows of a node: folders and files that it may read, and a clock. It shares no memory with
 * the daemon and writes nothing but its log. So it can be a process of its own without the rights to change what it shows, and it
 * continues to judge by the signed hours when the daemon is dead, stuck, or without a disk.
 */
export interface Site {
  /** the chain folder */
  readonly chain: string;
  /** of the presentations: links by phase, corte and name */
  readonly presentations: string;
  /** of the links, one per phase */
  readonly public: string;
  /** of the trees of cortes, one folder per phase */
  readonly trees: string;
  /** of the compressed copies of cortes, one folder per phase */
  readonly compressed: string;
  /** of the pages that stand in for a corte, one folder per phase */
  readonly pages: string;
  readonly acuses: string;
  /** the daemon writes it every few seconds: its sign of life */
  readonly status: string;
  /** exists while the daemon finds what is public whole and right */
  readonly health: string;
  /** what to do after the missed periods */
  readonly whenStale: 'aviso' | 'warn';
  readonly notice: NoticeSettings;
  /** where what is asked for is recorded, null for nowhere */
  readonly log: AccessLogSettings | null;
  /** the origins whose pages may have this site in a frame */
  readonly portals: readonly string[];
  /** The newest trust document held; walked again from the anchor when the folder has changed. @throws Error, Refusal */
  trust(): Promise<Trust>;
  /** the clock, ms */
  readonly now: () => number;
  readonly tell: Tell;
}

/** The site of a node, from its configuration alone. */
export function openSite(config: DifusorConfig, { now, tell }: Pick<Site, 'now' | 'tell'>): Site {
  const rooms = roomsOf(config.state);
  return {
    chain: rooms.chain,
    presentations: rooms.presentations,
    public: rooms.public,
    trees: rooms.trees,
    compressed: rooms.compressed,
    pages: rooms.pages,
    acuses: join(config.outbox, 'acuses'),
    status: rooms.status,
    health: rooms.health,
    whenStale: config.stale,
    notice: { ownFolder: config.aviso, difusor: config.difusor, difusores: config.difusores },
    log: logSettings(config.http),
    portals: config.site?.frame_ancestors ?? [],
    trust: rememberedTrust(config.anchor, rooms.chain),
    now,
    tell,
  };
}

function logSettings(http: DifusorConfig['http']): AccessLogSettings | null {
  return http?.log ? { file: http.log, mostBytes: http.log_bytes, proxies: http.proxies } : null;
}

/** ms between two tries to walk a folder that can't be walked: each verifies many signatures. */
const AGAIN_MS = 2000;

/** What could be read once is kept until something newer can be read: a read error must not discard it. */
function rememberedTrust(anchor: string, chain: string): () => Promise<Trust> {
  let seen = '';
  let walkedAt = -Infinity;
  let held: Promise<Trust> | null = null;
  return () => {
    const looks = statSync(trustFolder(chain), { bigint: true, throwIfNoEntry: false });
    const look = looks ? `${looks.ino} ${looks.mtimeNs}` : seen;
    if (held && (look === seen || (seen === '' && performance.now() - walkedAt < AGAIN_MS))) return held;
    const before = held;
    [seen, walkedAt] = [look, performance.now()];
    const reading = openTrust(anchor, chain).then(({ newest }) => newest.document);
    held = reading.catch((error: unknown) => {
      seen = ''; // the next call tries again
      held = before;
      if (before) return before;
      throw error;
    });
    return held;
  };
}
