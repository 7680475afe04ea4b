/**
 * Whether a request takes a compressed copy: RFC 9110, 12.5.3. The same rules, in the same order, as the map
 * `$cotejo_takes` of systemd/nginx/cotejo.conf: what is said of gzip by its name counts before what is said of `*`.
 */
const RULES: ReadonlyArray<readonly [pattern: RegExp, takes: boolean]> = [
  [/(^|[\t ,])(x-)?gzip[\t ]*;[\t ]*q=0(\.0{0,3})?[\t ]*(,|$)/i, false],
  [/(^|[\t ,])(x-)?gzip[\t ]*(;[\t ]*q=(0\.\d{1,3}|1(\.0{0,3})?)[\t ]*)?(,|$)/i, true],
  [/(^|[\t ,])\*[\t ]*;[\t ]*q=0(\.0{0,3})?[\t ]*(,|$)/i, false],
  [/(^|[\t ,])\*[\t ]*(;[\t ]*q=(0\.\d{1,3}|1(\.0{0,3})?)[\t ]*)?(,|$)/i, true],
];

/** @param header `Accept-Encoding` of the request; without it a file comes as it is */
export function takesGzip(header: string | undefined): boolean {
  return RULES.find(([pattern]) => pattern.test(header ?? ''))?.[1] ?? false;
}
