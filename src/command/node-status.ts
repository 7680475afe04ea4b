import type { Status } from '../difusor/telling/status.ts';
import { countOf, roomOf } from '../html/size.ts';

/** What `difusor status` adds to a phase that has a corte. */
const ENDED = {
  running: '',
  final: '; final: no corte follows it',
  'open-ended': '; closed without a final corte',
} as const satisfies Record<Status['phases'][number]['ending'], string>;

/** Where a node stands, in lines for its administrator. */
export function statusText(status: Status): string {
  const lines = [`${status.difusor} ${status.node}, trust ${status.trust.version} until ${status.trust.expires_at}`];
  for (const { phase, kind, number, taken_at, age_seconds, public: shown, fresh, ending } of status.phases) {
    const corte = number === null ? 'no corte yet' : `corte ${number} of ${taken_at}, ${age_seconds} s old`;
    const ended = number === null ? '' : ENDED[ending];
    lines.push(`  ${phase} (${kind}): ${corte}; shows ${shown}${fresh ? ', fresh' : ''}${ended}`);
  }
  const { at_work, last_sign } = status.daemon;
  if (!at_work)
    lines.push(
      `NOBODY IS AT WORK: ${last_sign === null ? 'the daemon has not run yet' : `no sign of the daemon since ${last_sign}`}`,
    );
  const last = status.last_refused;
  lines.push(
    `refused in the last hour: ${status.refused_last_hour}${last ? `; last: ${last.delivery} (${last.code}) at ${last.at}` : ''}`,
  );
  for (const { delivery, lacks, since } of status.waiting) {
    lines.push(`waiting in the inbox since ${since}: ${delivery}${lacks === null ? '' : `, in the way without ${String(lacks)}`}`);
  }
  const { free_inodes: files } = status;
  lines.push(`space left: ${roomOf(status.free_bytes)}${files === null ? '' : `, and ${countOf(files)} files (inodes)`}`);
  return lines.join('\n');
}
