/**
 * Every limit of format 1, with its unit. A reader stops *at* the limit: it never reads first and measures afterwards.
 */
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const LIMITS = Object.freeze({
  /** bytes of a JSON document (trust, statement, acuse) */
  documentBytes: 64 * KiB,
  /** bytes of a detached signature file */
  signatureBytes: 4 * KiB,
  /** bytes of `SHA256SUMS` */
  manifestBytes: 16 * MiB,
  /** files of one corte */
  files: 100_000,
  /** bytes of a path, in UTF-8 */
  pathBytes: 1024,
  /** segments of a path */
  pathSegments: 32,
  /** bytes of one segment, in UTF-8 */
  segmentBytes: 255,
  /** bytes of `corte.tar.gz` */
  packageBytes: 8 * GiB,
  /** bytes of all files of one corte */
  contentBytes: 16 * GiB,
  /** trust documents of one election: the highest version */
  trustDocuments: 256,
  /** custodians of one trust document */
  custodians: 16,
  /** signers of one trust document */
  signers: 64,
  /** phases of one trust document */
  phases: 16,
  /** characters (code points) of a corte's note */
  noteCharacters: 500,
  /** highest corte number: the folder's name has six digits */
  corteNumber: 999_999,
  /** Difusores of one padrón */
  difusores: 256,
  /** nodes of one Difusor in a padrón */
  nodesOfDifusor: 16,
  /** receipts of one corte that are published: one for each node that a padrón may have */
  recibos: 256 * 16,
  /** bytes of them together */
  recibosBytes: 8 * MiB,
  /** bytes of a time-stamp token, and of an authority's answer that brings it */
  selloBytes: 64 * KiB,
  /** bytes of an authority's certificates and revocation lists */
  autoridadBytes: 4 * MiB,
  /** bytes of a reader's constancia, with the documents that it encloses */
  constanciaBytes: 2 * MiB,
  /** files that a constancia names as other than signed */
  constanciaFiles: 200,
  /** contrary receipts that a constancia encloses */
  constanciaRecibos: 8,
  /** characters (code points) of a Difusor's or a presentation's title */
  titleCharacters: 120,
  /** characters of an address that a padrón leads to */
  addressCharacters: 500,
  /** bytes of a logo */
  logoBytes: 128 * KiB,
  /** files that the IEC may put into `oficial/` */
  officialFiles: 2000,
  /** bytes of all of them */
  officialBytes: 32 * MiB,
  /** files of a presentation's template, without its `SHA256SUMS` */
  templateFiles: 500,
  /** bytes of all of them */
  templateBytes: 16 * MiB,
  /** presentations of one Difusor that are published at one time */
  presentations: 8,
  /** seconds that `taken_at` may be ahead of the reader's clock (A7) */
  clockSkewSeconds: 300,
});
