/** Why something could not be read. None of it says anything of the chain. */
export type WebTroubleKind = 'unreachable' | 'status' | 'stand-in' | 'stalls' | 'drips' | 'elsewhere' | 'cut';

export class WebTrouble extends Error {
  override readonly name = 'WebTrouble';
  readonly trouble: WebTroubleKind;
  readonly url: string;
  /** The status, or where a redirect leads. */
  readonly what: string;

  constructor(trouble: WebTroubleKind, url: URL, what = '', options?: ErrorOptions) {
    super(`${trouble} ${what} ${url.href}`, options);
    this.trouble = trouble;
    this.url = url.href;
    this.what = what;
  }
}
