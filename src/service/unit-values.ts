/** What `systemctl show` prints of a unit: `Key=value`, one a line. */
export function unitValues(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
