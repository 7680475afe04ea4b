import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { type Place, parseConfig, placesIn } from '../config/read-config.ts';
import { readText } from '../config/read-text.ts';
import { name, number, positive, text as printable, time } from '../format/document.ts';
import { asked } from '../format/issue.ts';
import { isPrivateForm } from '../keys/key-form.ts';
import { publicKeyIn, readPublicKey, whyNoPublicKey } from '../keys/public-key.ts';
import { words } from './words.ts';

/**
 * PLAN.toml: the members of a trust document under their own names, all of them for version 1, only what changes after
 * that. An entry is found by its name; `remove = true` takes one away. Unknown or malformed members are reported here,
 * with their line; draft.ts refuses what a trust document may not say.
 */

const key = v.pipe(
  v.string(),
  // Anything else is the name of a file.
  v.check((given) => !(given.startsWith('ssh-') || isPrivateForm(given)) || publicKeyIn(given) !== null, asked(whyNoPublicKey)),
);

const remove = v.optional(v.literal(true, asked(words.trueOrNone)));

const planSchema = v.strictObject({
  election: v.optional(name),
  title: v.optional(printable),
  issued_at: v.optional(time),
  expires_at: v.optional(time),
  threshold: v.optional(positive),
  custodians: v.optional(v.array(v.strictObject({ name, key: v.optional(key), remove })), []),
  signers: v.optional(
    v.array(
      v.strictObject({
        name,
        key: v.optional(key),
        phase: v.optional(name),
        first: v.optional(positive),
        last: v.optional(number),
        remove,
      }),
    ),
    [],
  ),
  phases: v.optional(
    v.array(
      v.strictObject({
        name,
        kind: v.optional(v.picklist(['oficial', 'simulacro'])),
        opens_at: v.optional(time),
        closes_at: v.optional(time),
        period_seconds: v.optional(positive),
        missed_limit: v.optional(positive),
        grace_seconds: v.optional(number),
        remove,
      }),
    ),
    [],
  ),
});

export type TrustPlan = v.InferOutput<typeof planSchema>;

/**
 * Reads a plan; a key that was given as the path of a `.pub` file, relative to the plan, comes out as the key.
 * @returns the plan, and where each of its lines stands
 * @throws UsageError for what the plan says, Error for a file that can't be read
 */
export async function readPlan(file: string): Promise<{ readonly plan: TrustPlan; readonly place: Place }> {
  const text = await readText(file);
  const read = parseConfig(text, file, () => planSchema);
  const base = dirname(resolve(file));
  const withKey = async <T extends { key?: string | undefined }>(entry: T): Promise<T> =>
    entry.key === undefined ? entry : { ...entry, key: publicKeyIn(entry.key) ?? (await readPublicKey(resolve(base, entry.key))) };
  const [custodians, signers] = [await Promise.all(read.custodians.map(withKey)), await Promise.all(read.signers.map(withKey))];
  return { plan: { ...read, custodians, signers }, place: placesIn(text, file) };
}
