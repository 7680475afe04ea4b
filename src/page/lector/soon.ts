/**
 * A timer whose work comes before what a page loads. What one document asks for while it is read are dozens of tasks, and a
 * plain timer that is due waits behind those that are there already.
 * @param ms until then
 * @returns what takes it back
 */
export function soon(ms: number, work: () => void): () => void {
  // Safari has none, nor have others before 2021 and Firefox before 2025.
  const { scheduler } = globalThis as { readonly scheduler?: Scheduler };
  if (!scheduler) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  }
  const back = new AbortController();
  scheduler.postTask(work, { delay: ms, priority: 'user-blocking', signal: back.signal }).catch((error: unknown) => {
    if (!back.signal.aborted) throw error;
  });
  return () => back.abort();
}
