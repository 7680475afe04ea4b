import { isbot } from 'isbot';
import type { Form } from '../figures.ts';
import { agentText } from '../log/spelling.ts';
import { type Memo, memo } from './memo.ts';

/** Different user agents that are remembered. */
const MOST = 16_384;

/** By the list of the package isbot, which is asked once for each user agent: 1 for a robot, 0 for a person. */
export function robots(form: Form): Memo {
  return memo(MOST, (bytes, from, to) => (isbot(agentText(bytes.subarray(from, to), form)) ? 1 : 0));
}
