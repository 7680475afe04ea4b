import * as v from 'valibot';
import { readConfig } from '../command/config.ts';
import { isName } from '../format/document.ts';

/** A node's configuration, `difusor.toml`. */

const name = v.pipe(v.string(), v.check(isName, 'expected a name: a-z, 0-9 and inner hyphens, at most 32'));

const schemaOf = (path: v.GenericSchema<string, string>) =>
  v.strictObject({
    /** the Difusor's name, as the IEC lists it */
    difusor: name,
    /** this machine's name among the Difusor's nodes */
    node: name,
    /** the pinned trust document; its signatures lie beside it. The daemon cannot write there */
    anchor: path,
    state: path,
    /** where the IEC's SFTP account delivers; best on the state's file system */
    inbox: path,
    /** where the IEC fetches acuses and status */
    outbox: path,
    /** the node's own private key; a systemd credential named `acuse_key` goes before it */
    acuse_key: path,
    /** past the missed periods: show the `aviso`, or only `warn` the administrator */
    stale: v.optional(v.picklist(['aviso', 'warn']), 'aviso'),
    /** a folder with an `index.html` that replaces the notice's default page */
    aviso: v.optional(v.nullable(path), null),
    /** trees kept besides the newest, for readers in the middle of one */
    keep_trees: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)), 1),
    /** seconds between two looks at the inbox when nothing announces a change */
    poll_seconds: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(60)), 2),
  });

export type DifusorConfig = v.InferOutput<ReturnType<typeof schemaOf>>;

/** @throws UsageError, Error where the file can't be read */
export async function readDifusorConfig(file: string): Promise<DifusorConfig> {
  return readConfig(file, schemaOf);
}
