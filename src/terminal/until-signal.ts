const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that a signal is to end in good order. A signal, the first and every later one, aborts `stop`; that the work
 * then ends is the work's affair. Afterwards signals do what they did before.
 * @returns what the work gives
 * @throws what the work throws
 */
export async function untilSignal<T>(stop: AbortController, work: () => Promise<T>): Promise<T> {
  const abort = () => stop.abort();
  for (const signal of SIGNALS) process.on(signal, abort);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, abort);
  }
}
