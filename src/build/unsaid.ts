import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Leaves sentences of the checks out of a script that does not tell them; in the lector's worker, which tells a refusal by its
 * code alone, they are a tenth of what a reader waits for. Which check refuses, and by which code, does not depend on them: what
 * it says is empty.
 */

/** Those of all checks. */
const SENTENCES = /[\\/]src[\\/](?:format|verdict|audit[\\/]check)[\\/](?:[\w-]+-)?words\.ts$/;
/** Those of a padrón and of receipts: to a reader of the page either can be read or not. */
export const OF_THE_PADRON = /[\\/]src[\\/](?:format[\\/]padron|verdict[\\/]acuse)-words\.ts$/;
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

/**
 * @param root the repository's folder
 * @param sentences the modules of those that are left out; those of all checks and of all schemas, if absent
 */
export function unsaid(root: string, sentences?: RegExp): Plugin {
  return {
    name: 'unsaid',
    setup(build) {
      const resolveDir = join(root, 'src/format');
      build.onLoad({ filter: sentences ?? SENTENCES }, () => ({ contents: UNSAID, loader: 'js', resolveDir }));
      if (sentences) return;
      build.onLoad({ filter: OF_SCHEMAS }, () => ({ contents: UNSAID_OF_SCHEMAS, loader: 'js', resolveDir }));
    },
  };
}
