/**
 * What is counted of the access logs: the figures of a memoria, and nothing of how they are shown.
 *
 * The words are AWStats's. A *hit* is a request that was answered with 200 or 304 to a reader who is no robot. A *page*
 * is a hit of a kind that is on the list {@link Figures.pageKinds}. A *visit* is the hits of one address between which
 * there are at most {@link VISIT_SECONDS}, with a page among them. Every line that could be read and lies within the
 * period is in exactly one of: seen, robots, unseen.
 *
 * Times are texts of the format (`2018-07-01T18:00:00-05:00`), all at the election's offset. A span holds its `from`,
 * but not its `to`. Bytes are those of bodies. Texts of readers and sites (paths, hosts, file names) are one line each,
 * without control characters and cut at a length, and otherwise as a stranger wrote them: never HTML, never a formula.
 */

/** A visit ends after so many seconds without a hit: 60 minutes. */
export const VISIT_SECONDS = 3_600;

/** A span of time as it is given: milliseconds since the epoch; `to` is not in it. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A file that one server wrote. Rotated parts of one log are several sources of one node, in whatever order. */
export interface Source {
  readonly file: string;
  /** which machine or CDN wrote it; only shown, since a reader may be answered by one and then by another */
  readonly node: string;
  /** found out from the file's first lines if it is left out */
  readonly form?: Form;
}

/**
 * `combined`: nginx, Apache, Fastly, Akamai (also common, vhost_combined and our own `cotejo`, which begin alike);
 * `json`: one object a line, nginx's of ours, the built-in server's, Cloudflare Logpush; `w3c`: a line `#Fields:`,
 * CloudFront, IIS. Any of them may be gzip.
 */
export type Form = 'combined' | 'json' | 'w3c';

export interface Settings {
  /** milliseconds since the epoch; whole minutes; at most {@link LONGEST_DAYS} apart */
  readonly from: number;
  readonly to: number;
  /** the election's, minutes east of UTC: days and hours are its own */
  readonly offset: number;
  /** when each corte was what readers saw: in order, none over another; from the chain or the acuses */
  readonly cortes?: readonly (Window & { readonly number: number })[];
  /** when the aviso was up: in order, none over another */
  readonly avisos?: readonly Window[];
  /** the site's own names (`prep.example`); a referrer elsewhere is another site's. A log that names its host adds it */
  readonly hosts?: readonly string[];
  /** the path of the page that others put into a frame */
  readonly frame?: string;
  /** endings that make a page, in lower case, '' for none; {@link PAGE_KINDS} where left out */
  readonly pageKinds?: readonly string[];
  /** makes a copy of what was counted, a file for each source, while it counts */
  readonly copy?: { readonly folder: string; readonly addresses: 'hashed' | 'complete' };
  /** so many addresses are kept one by one; beyond it a sample of them is, and the counts of visits are estimates */
  readonly mostAddresses?: number;
  readonly progress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Called a few times a second at most. Bytes are of the files as they lie on the disk. */
export interface Progress {
  readonly bytes: number;
  readonly ofBytes: number;
  readonly lines: number;
}

/** @throws UsageError where the settings or the files' names are wrong, or no file has a line that can be read */
export type CountLogs = (sources: readonly Source[], settings: Settings) => Promise<Figures>;

/** A period may have so many days. */
export const LONGEST_DAYS = 92;

/** What makes a page where nothing else is said: an address of a folder or without an ending, and documents. */
export const PAGE_KINDS: readonly string[] = ['', 'htm', 'html', 'shtml', 'xhtml', 'php', 'asp', 'aspx', 'jsp'];

/** A number of visits or of addresses. */
export interface Count {
  readonly value: number;
  /** counted one by one; if not, estimated from a sample of the addresses */
  readonly isExact: boolean;
  /** 0 where exact; otherwise the true number is within `value ± error` with a probability of 95 % */
  readonly error: number;
}

/** Hits of people and what was sent for them. */
export interface Seen {
  readonly pages: number;
  readonly hits: number;
  readonly bytes: number;
}

/** Requests that are no hits. */
export interface Apart {
  readonly requests: number;
  /** of them, for an address that is of the kind of a page */
  readonly pages: number;
  readonly bytes: number;
}

export interface Row extends Seen {
  readonly from: string;
  readonly to: string;
  /** that began in it */
  readonly visits: Count;
  readonly robots: Apart;
  readonly unseen: Apart;
}

interface CorteRow extends Row {
  readonly number: number;
}

/** While an aviso was up, whatever was asked for and whoever asked. */
interface AvisoRow {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  /** for an address that is of the kind of a page: how often somebody wanted to look */
  readonly pages: number;
  readonly bytes: number;
  /** of the requests, those answered with 503 */
  readonly answered503: number;
}

/** The minute with the most of something; null where there was nothing. */
interface Peak {
  readonly from: string;
  readonly value: number;
}

export interface Named extends Seen {
  readonly name: string;
}

/** The most frequent ones, most first. In each list of a report only pages are counted: of every row the hits are its pages. */
export interface Top {
  readonly rows: readonly Named[];
  /** how many different ones there were; at least so many where `isCut` */
  readonly distinct: number;
  /** there were more than fit: a row may lack up to `missing` hits, and what is not listed may have had so many */
  readonly isCut: boolean;
  readonly missing: number;
  /** hits of all, those listed included */
  readonly hits: number;
}

interface Frames extends Seen {
  /** of the pages, the frame itself: how often it was opened */
  readonly opened: number;
  /** hosts of the pages that it was opened in */
  readonly portals: Top;
}

export interface FileFigures {
  readonly file: string;
  readonly node: string;
  readonly form: Form | null;
  readonly isGzip: boolean;
  /**
   * `whole`; `cut`: the compressed file ends too early; `damaged`: it can't be decompressed to its end; `no-log`: hardly
   * a line of it is one, or a line has no end; `empty`; `repeated`: all of it stands in `sameAs` too, so it is not counted.
   * What was read before a cut or a damage is counted.
   */
  readonly state: 'whole' | 'cut' | 'damaged' | 'no-log' | 'empty' | 'repeated';
  readonly sameAs: string | null;
  /** lines: counted ones, those before or after the period, those that could not be read, and longer than any request */
  readonly lines: number;
  readonly outside: number;
  readonly unreadable: number;
  readonly tooLong: number;
  /** of the lines, those over a minute earlier than one before them in this file: a clock that was set */
  readonly backwards: number;
  /** of what was counted; null where nothing was */
  readonly first: string | null;
  readonly last: string | null;
  /** decompressed */
  readonly bytes: number;
  /** name of the copy in the folder that was asked for, and the lines in it */
  readonly copy: { readonly name: string; readonly lines: number } | null;
}

/** Two files of one node with more than a minute in common. Both are counted: sites of one machine may have logs each. */
export interface Overlap {
  readonly node: string;
  readonly files: readonly [string, string];
  readonly from: string;
  readonly to: string;
}

export interface Figures {
  readonly from: string;
  readonly to: string;
  /** minutes east of UTC */
  readonly offset: number;
  readonly pageKinds: readonly string[];
  readonly visitSeconds: number;

  readonly files: readonly FileFigures[];
  readonly overlaps: readonly Overlap[];
  readonly nodes: readonly string[];
  /** of all files that were counted */
  readonly lines: { readonly counted: number; readonly outside: number; readonly unreadable: number; readonly tooLong: number };

  readonly visits: Count;
  /** different addresses with a page (AWStats: unique visitors); an IPv6 /64 is one */
  readonly visitors: Count;
  /** different addresses with a hit */
  readonly addresses: Count;
  readonly seen: Seen;
  readonly robots: Apart;
  readonly unseen: Apart;
  /** every status that was answered, robots' included, ascending; 0 for what is none */
  readonly statuses: readonly { readonly status: number; readonly requests: number; readonly bytes: number }[];
  /** whether the logs name user agents at all; without them no robot is told from a reader */
  readonly knowsRobots: boolean;

  /** spans without gaps: the period in hours and days of the election, the first and the last one cut to the period */
  readonly hours: readonly Row[];
  readonly days: readonly Row[];
  /** cut to the period */
  readonly cortes: readonly CorteRow[];
  readonly avisos: readonly AvisoRow[];

  readonly peakRequests: Peak | null;
  readonly peakHits: Peak | null;
  readonly peakPages: Peak | null;

  readonly topPages: Top;
  /** hosts of other sites whose pages led here */
  readonly referrers: Top;
  /** what was shown within others' pages; part of `seen` */
  readonly frames: Frames;
}

/** A day of the weeks before. */
export interface BaseDay {
  /** `2018-06-17` */
  readonly day: string;
  readonly visits: number;
  readonly pages: number;
  readonly hits: number;
  readonly bytes: number | null;
}

/** What is usual; median and mean of whole days. */
export interface Base {
  /** ascending; named in the report */
  readonly days: readonly BaseDay[];
  readonly mean: Readonly<Record<'visits' | 'pages' | 'hits', number>> & { readonly bytes: number | null };
  readonly median: Readonly<Record<'visits' | 'pages' | 'hits', number>> & { readonly bytes: number | null };
  /** counted from logs, or given by hand */
  readonly by: 'logs' | 'hand';
  /** some visits of its days are estimates */
  readonly isExact: boolean;
}
