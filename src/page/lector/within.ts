/** It did not answer in time. */
export class Late extends Error {
  override readonly name = 'Late';
}

/**
 * Waits for something of the browser that may never come.
 * @throws Late after so many ms; what the work throws
 */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
