import { Said } from '../../format/said.ts';
import { momentInEnglish, momentOf } from '../../html/hour.ts';

/** An hour with nothing left out, in both languages. */
export function momentIn(time: string): Said {
  return new Said(momentInEnglish(time), momentOf(time));
}
