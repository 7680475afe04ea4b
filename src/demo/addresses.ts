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
type Address = readonly [whose: string, address: string, what: string];

/** Every page that the demo has, in the order in which one would open them. @internal */
export function addressesOf({ sites, panel, list, report }: Shown): Address[] {
  const file = (path: string) => `file://${path.split('/').map(encodeURIComponent).join('/')}`;
  return [
    ...sites.flatMap(({ title, url }): Address[] => [
      [title, `${url}/`, 'what citizens read'],
      [title, `${url}/cotejo/`, 'the check, in the browser'],
      [title, `${url}/cotejo/chain/index.json`, 'the chain, for auditors'],
      [title, `${url}/cotejo/status.json`, 'its state'],
    ]),
    ['The IEC', file(panel), 'the panel of its war room'],
    ['The IEC', file(list), 'the list of Difusores that citizens are led by'],
    ['An auditor', file(report), 'the report of the audit above'],
  ];
}

/** The lines that tell them. @param bold makes an address stand out */
export function addressLines(shown: Shown, bold: (text: string) => string): string[] {
  const addresses = addressesOf(shown);
  const widest = (column: 0 | 1) => Math.max(...addresses.map((address) => address[column].length));
  let before = '';
  const lines = addresses.map(([whose, address, what]) => {
    const name = whose === before ? '' : whose;
    before = whose;
    return `${name.padEnd(widest(0))}  ${bold(address)}${' '.repeat(widest(1) - address.length)}  ${what}`;
  });
  const { code } = shown;
  return [
    ...lines,
    'The check asks for the code of integrity, which the custodians have printed on their acta. Here it is:',
    bold(code.join(' ')),
  ];
}
