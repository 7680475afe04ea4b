import type { Status } from '../difusor/telling/status.ts';
import type { Said } from '../format/said.ts';
import { countOf, roomOf } from '../html/size.ts';
import type { ReadTraerStatus } from '../traer/telling.ts';
import { NODE_STATUS } from './words/node-status.ts';

/** What `difusor status` adds to a phase that has a corte. */
const ENDED = {
  running: NODE_STATUS.running,
  final: NODE_STATUS.final,
  'open-ended': NODE_STATUS.openEnded,
} as const satisfies Record<Status['phases'][number]['ending'], Said>;

/**
 * Where a node stands, in lines for its administrator.
 * @param told in whose language
 */
export function statusText(status: Status, told: (said: Said) => string = String): string {
  const words = NODE_STATUS;
  const lines = [told(words.head(status.difusor, status.node, status.trust.version, status.trust.expires_at))];
  for (const { phase, kind, number, taken_at, age_seconds, public: shown, fresh, ending } of status.phases) {
    const corte = number === null ? words.noCorte : words.corte(number, taken_at, age_seconds);
    const ended = number === null ? '' : told(ENDED[ending]);
    lines.push(`${told(words.phase(phase, kind, corte, shown))}${fresh ? told(words.fresh) : ''}${ended}`);
  }
  const { at_work, last_sign } = status.daemon;
  if (!at_work) lines.push(told(words.nobody(last_sign === null ? words.neverRun : words.noSign(last_sign))));
  const last = status.last_refused;
  lines.push(
    `${told(words.refused(status.refused_last_hour))}${last ? told(words.lastRefused(last.delivery, last.code, last.at)) : ''}`,
  );
  for (const { delivery, lacks, since } of status.waiting) {
    lines.push(`${told(words.waiting(since, delivery))}${lacks === null ? '' : told(words.lacks(lacks))}`);
  }
  if (status.taken > 0) lines.push(told(words.taken(status.taken)));
  const { free_inodes: files } = status;
  lines.push(`${told(words.space(roomOf(status.free_bytes)))}${files === null ? '' : told(words.inodes(countOf(files)))}`);
  return lines.join('\n');
}

/** What `cotejo traer` says of itself and of the mirrors that it does not like; nothing where it never ran. */
export function traerLines(traer: ReadTraerStatus | null, told: (said: Said) => string = String): string[] {
  if (traer === null) return [];
  const { mirrors, brought, fetching, trouble } = traer;
  const words = NODE_STATUS;
  const well = mirrors.filter((mirror) => mirror.well).length;
  const lines = [words.traer(traer.at, mirrors.length, well, brought.cortes)];
  if (fetching) lines.push(words.fetching(fetching.delivery, roomOf(fetching.bytes), roomOf(fetching.of)));
  if (trouble !== null) lines.push(words.traerTrouble(trouble));
  for (const { name, fault } of mirrors) {
    if (fault) lines.push(words.mirror(name, words[fault.kind], fault.detail, fault.at));
  }
  return lines.map(told);
}
