/** What was asked of the store since the start. */
export interface Spent {
  requests: number;
  lists: number;
  puts: number;
  copies: number;
  /** bytes of objects that went over our link */
  bytes: number;
}

/** What was asked between two moments. */
export function spentSince(before: Spent, { requests, lists, puts, copies, bytes }: Spent): Spent {
  return {
    requests: requests - before.requests,
    lists: lists - before.lists,
    puts: puts - before.puts,
    copies: copies - before.copies,
    bytes: bytes - before.bytes,
  };
}
