import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where everything is under a node's `state` folder. All of it belongs to the daemon, and only the daemon writes there. */
export interface Rooms {
  readonly state: string;
  /** the chain folder, which the web server may publish too */
  readonly chain: string;
  /** one file per content, by phase and hash */
  readonly content: string;
  /** one folder per corte, of hard links to the content */
  readonly trees: string;
  /** compressed copies of contents, by phase and hash, and one folder of links to them per corte, beside its tree */
  readonly compressed: string;
  /** one symbolic link per phase: the root of a web server */
  readonly public: string;
  /** the pages that take the place of a corte: the aviso, the wait */
  readonly pages: string;
  /** what a site's pointer says of each thing that a link may lead to */
  readonly pointers: string;
  /** the installed templates of presentations, by name and hash: our own copies */
  readonly templates: string;
  /** what of them is public: a copy by its hash, and links to those by phase, corte and name */
  readonly presentations: string;
  /** work in progress; emptied at every start */
  readonly staging: string;
  /** deliveries that were refused, with their reasons; the oldest go first */
  readonly refused: string;
  /** cortes that a later trust document disowned */
  readonly revoked: string;
  /** what proves that something is wrong: forks, altered bytes. Never removed by the daemon */
  readonly evidence: string;
  readonly status: string;
  readonly metrics: string;
  /** the record of what happened */
  readonly events: string;
  /** what outsiders caused: junk in the inbox, failed logins */
  readonly others: string;
  /** how many deliveries were refused in each of the last minutes */
  readonly refusedCount: string;
  /** there while the web server is to record no requests, also after a restart of the machine */
  readonly unrecorded: string;
  /** `true` while what is public is fresh and right; absent otherwise */
  readonly health: string;
}

export function roomsOf(state: string): Rooms {
  const at = (name: string) => join(state, name);
  return {
    state,
    chain: at('chain'),
    content: at('content'),
    trees: at('trees'),
    compressed: at('compressed'),
    public: at('public'),
    pages: at('pages'),
    pointers: at('pointers'),
    templates: at('plantillas'),
    presentations: at('presentaciones'),
    staging: at('staging'),
    refused: at('refused'),
    revoked: at('revoked'),
    evidence: at('evidence'),
    status: at('status.json'),
    metrics: at('metrics.prom'),
    events: at('events.jsonl'),
    others: at('others.jsonl'),
    refusedCount: at('refused-count.json'),
    unrecorded: at('sin-bitacora'),
    health: at('health'),
  };
}

/**
 * Makes the folders that are missing. Those that the web server reads are open to it; the others are closed to other
 * accounts.
 */
export function makeRooms(rooms: Rooms): void {
  mkdirSync(rooms.state, { recursive: true, mode: 0o755 });
  for (const open of [
    rooms.chain,
    join(rooms.chain, 'trust'),
    rooms.content,
    rooms.trees,
    rooms.compressed,
    rooms.public,
    rooms.pages,
    rooms.pointers,
    rooms.presentations,
  ]) {
    mkdirSync(open, { recursive: true, mode: 0o755 });
  }
  for (const own of [rooms.templates, rooms.staging, rooms.refused, rooms.revoked, rooms.evidence]) {
    mkdirSync(own, { recursive: true, mode: 0o700 });
  }
}
