/** The command line or a configuration is not as it must be: exit 2, before anything was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | null;

  /** @param hint what to do about it, one line as after `cotejo: hint:` */
  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}
