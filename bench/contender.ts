/** One way of bringing a corte from the IEC to the public folder of a Difusor. */
export interface Contender {
  readonly name: string;
  /** what it does, for the report */
  readonly does: string;
  /** why it can't take part here (a program that is not installed), or null */
  readonly missing: string | null;
  /**
   * The IEC's side, not timed: makes what is sent for this state of the publication.
   * @returns the bytes that go over the wire; null where they are only known after {@link live}
   */
  prepare(corte: Corte): number | null | Promise<number | null>;
  /** The Difusor's side, timed: from the complete delivery to the switched and durable link. */
  live(corte: Corte): Promise<Measured>;
  end(): void | Promise<void>;
}

export interface Corte {
  readonly number: number;
  /** RFC 3339 */
  readonly takenAt: string;
  /** the publication as of now; it changes with the next corte */
  readonly publication: string;
}

export interface Measured {
  readonly seconds: number;
  readonly wireBytes: number | null;
  /** peak resident memory of the largest process of the Difusor's side, bytes; null where it can't be told */
  readonly peakBytes: number | null;
}
