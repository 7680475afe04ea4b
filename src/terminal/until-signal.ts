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

/** Waits for a signal, also for one that came before: whoever only listens to it would wait without end. */
export async function untilAborted(stop: AbortSignal): Promise<void> {
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
}
