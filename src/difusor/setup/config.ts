import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { declarations } from '../../config/declarations.ts';
import { parseConfig } from '../../config/read-config.ts';
import { readMadeText } from '../../config/read-text.ts';
import { isName } from '../../format/document.ts';
import { asked } from '../../format/issue.ts';
import { publicKeyIn, whyNoPublicKey } from '../../keys/public-key.ts';
import { MOST_PORTALS, whyNoPortal } from './portals.ts';
import { words } from './words.ts';

/** A node's configuration, `difusor.toml`. */

/** Sites that a configuration may name for `cotejo traer`. */
const MOST_MIRRORS = 64;

const name = v.pipe(v.string(), v.check(isName, asked(words.nameWanted)));

const link = v.pipe(
  v.string(),
  v.check((text) => /^https?:\/\//.test(text) && URL.canParse(text), asked(words.addressWanted)),
);

const key = v.pipe(
  v.string(),
  v.check((text) => publicKeyIn(text) !== null, asked(whyNoPublicKey)),
  v.transform((text) => publicKeyIn(text)!),
);

const portal = v.pipe(
  v.string(),
  v.check(
    (text) => whyNoPortal(text) === null,
    asked((text: string) => whyNoPortal(text) ?? words.originWanted),
  ),
);

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
    /** the node's own private key; a systemd credential named `acuse_key` takes precedence */
    acuse_key: path,
    /** past the missed periods: show the `aviso`, or only `warn` the administrator */
    stale: v.optional(v.picklist(['aviso', 'warn']), 'aviso'),
    /** a folder with an `index.html` that replaces the notice's default page */
    aviso: v.optional(v.nullable(path), null),
    /** the other official Difusores, for the notice to lead to */
    difusores: v.optional(
      v.array(v.strictObject({ title: v.pipe(v.string(), v.nonEmpty(asked(words.titleWanted))), url: link })),
      [],
    ),
    /** what the built-in web server does besides; nginx has its own configuration */
    site: v.optional(
      v.strictObject({
        /** the portals whose pages may have this site in a frame; the publication in any, `marco.html` in none, if absent */
        frame_ancestors: v.optional(v.pipe(v.array(portal), v.maxLength(MOST_PORTALS, asked(words.mostOrigins(MOST_PORTALS)))), []),
      }),
    ),
    /** for `difusor run --sftp`: the built-in inbox */
    sftp: v.optional(
      v.strictObject({
        /** who may deliver: the IEC's keys towards its Difusores (not those that sign) */
        iec_keys: v.array(key),
        /** this server's own private key; the IEC pins its fingerprint */
        host_key: path,
        /** bytes that the IEC's account may cause in all: deliveries half sent, waiting and set aside */
        inbox_bytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1024 * 1024)), 16 * 1024 ** 3),
      }),
    ),
    /** for `difusor run --http` and its unit: the built-in web server */
    http: v.optional(
      v.strictObject({
        /** where every request is recorded, for the memoria; nowhere where it is left out */
        log: v.optional(v.nullable(path), null),
        /** bytes that this file may have; past that nothing is recorded until it is rotated */
        log_bytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1024 * 1024)), 4 * 1024 ** 3),
        /** addresses of our own proxies, which say who asked (X-Forwarded-For) */
        proxies: v.optional(v.array(v.pipe(v.string(), v.ip('expected an address as 192.0.2.11'))), []),
      }),
    ),
    /** for `cotejo traer`, which fetches from others what the IEC has not brought */
    traer: v.optional(
      v.strictObject({
        /** whether it asks anybody; a node takes nothing from it where it is off */
        enabled: v.optional(v.boolean(), true),
        /** sites to ask besides the padrón's; these may be of a private network */
        mirrors: v.optional(v.pipe(v.array(link), v.maxLength(MOST_MIRRORS, asked(words.mostMirrors(MOST_MIRRORS)))), []),
        /** whether the other Difusores of the newest corte's padrón are asked too */
        padron: v.optional(v.boolean(), true),
        /** where it works and delivers; `traer` beside the state if absent */
        folder: v.optional(path),
        /** seconds that the IEC is given to bring a corte that others show already */
        wait_seconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(600)), 20),
        /** seconds between two questions to one mirror, about */
        ask_seconds: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(600)), 15),
      }),
    ),
    /** what `difusor doctor` can't see, declared by whoever runs this node */
    declaraciones: v.optional(declarations),
    /** minutes that a tree is kept after another took its place, for readers who are in the middle of one */
    keep_trees_minutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440)), 60),
    /** whether compressed copies of what readers ask for are made and served */
    compress: v.optional(v.boolean(), true),
    /** seconds between two looks at the inbox when nothing announces a change */
    poll_seconds: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(60)), 2),
  });

export type DifusorConfig = v.InferOutput<ReturnType<typeof schemaOf>>;

/** The folders of `cotejo traer`. Only `inbox` is looked at by the daemon. */
export interface TraerRooms {
  /** what is whole, under a delivery's name */
  readonly inbox: string;
  /** what is being fetched; on the inbox's file system */
  readonly work: string;
  /** its status and metrics, for everybody to read */
  readonly told: string;
}

export function traerRooms({ state, traer }: Pick<DifusorConfig, 'state' | 'traer'>): TraerRooms {
  const folder = traer?.folder ?? join(dirname(state), 'traer');
  return { inbox: join(folder, 'inbox'), work: join(folder, 'work'), told: join(folder, 'estado') };
}

/** @throws UsageError, Error where the file can't be read */
export async function readDifusorConfig(file: string): Promise<DifusorConfig> {
  const text = await readMadeText(file, words.writeIt);
  return parseConfig(text, file, schemaOf);
}
