import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Leaves the sentences of the checks out of a script that tells a refusal by its code alone; in the lector's worker they are a
 * tenth of what a reader waits for. Which check refuses, and by which code, does not depend on them: what it says is empty.
 */

const SENTENCES = /[\\/]src[\\/](?:format|verdict|audit[\\/]check)[\\/](?:[\w-]+-)?words\.ts$/;
/** what a schema says of a wrong value */
const OF_SCHEMAS = /[\\/]src[\\/]format[\\/]issue\.ts$/;

/** A sentence, and what makes one of values, whichever is wanted. */
const NOTHING = `import { Said } from './said.ts';
const nothing = Object.assign(Object.setPrototypeOf(() => nothing, Said.prototype), { en: '', es: '' });
`;
const UNSAID = `${NOTHING}export const words = new Proxy({}, { get: () => nothing });
`;
const UNSAID_OF_SCHEMAS = `${NOTHING}export const asked = () => '';
export const saidOf = () => nothing;
`;

/** @param root the repository's folder */
export function unsaid(root: string): Plugin {
  return {
    name: 'unsaid',
    setup(build) {
      const resolveDir = join(root, 'src/format');
      build.onLoad({ filter: SENTENCES }, () => ({ contents: UNSAID, loader: 'js', resolveDir }));
      build.onLoad({ filter: OF_SCHEMAS }, () => ({ contents: UNSAID_OF_SCHEMAS, loader: 'js', resolveDir }));
    },
  };
}
