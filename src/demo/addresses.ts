import type { Said } from '../format/said.ts';
import { DEMO } from './words.ts';

/** What a visitor of the demo can open, and what the check asks him for. */
export interface Shown {
  readonly sites: readonly { readonly title: string; readonly url: string }[];
  /** the IEC's panel, the page with the list of Difusores, the report of the audit: files, absolute */
  readonly panel: string;
  readonly list: string;
  readonly report: string;
  /** of the first trust document, in groups, as it is printed on the custodians' acta */
  readonly code: readonly string[];
}

/** An address, and what is there. */
type Address = readonly [whose: string | Said, address: string, what: Said];

/** Every page that the demo has, in the order in which one would open them. @internal */
export function addressesOf({ sites, panel, list, report }: Shown): Address[] {
  const file = (path: string) => `file://${path.split('/').map(encodeURIComponent).join('/')}`;
  return [
    ...sites.flatMap(({ title, url }): Address[] => [
      [title, `${url}/`, DEMO.citizens],
      [title, `${url}/cotejo/`, DEMO.check],
      [title, `${url}/cotejo/marco.html`, DEMO.frame],
      [title, `${url}/cotejo/chain/index.json`, DEMO.chain],
      [title, `${url}/cotejo/status.json`, DEMO.state],
    ]),
    [DEMO.theIec, file(panel), DEMO.panel],
    [DEMO.theIec, file(list), DEMO.list],
    [DEMO.anAuditor, file(report), DEMO.report],
  ];
}

/** The lines that tell them. @param bold makes an address stand out @param told in whose language */
export function addressLines(
  shown: Shown,
  bold: (text: string) => string,
  told: (text: string | Said) => string = String,
): string[] {
  const addresses = addressesOf(shown).map(([whose, address, what]) => [told(whose), address, told(what)] as const);
  const widest = (column: 0 | 1) => Math.max(...addresses.map((address) => address[column].length));
  let before = '';
  const lines = addresses.map(([whose, address, what]) => {
    const name = whose === before ? '' : whose;
    before = whose;
    return `${name.padEnd(widest(0))}  ${bold(address)}${' '.repeat(widest(1) - address.length)}  ${what}`;
  });
  const { code } = shown;
  return [...lines, told(DEMO.asksForCode), bold(code.join(' '))];
}
