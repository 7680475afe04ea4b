/**
 * A verification takes milliseconds and a night has hundreds: between two of them the page must be able to draw, scroll
 * and be cancelled. A message, unlike a timer, is not held back in a tab that is out of sight.
 */
const SLICE = 24;

/** @returns a function that lets the page work if it has not for {@link SLICE} ms; it throws where the reader cancelled */
export function breather(signal: AbortSignal): () => Promise<void> {
  const channel = new MessageChannel();
  channel.port1.start();
  let last = performance.now();
  return async () => {
    signal.throwIfAborted();
    if (performance.now() - last < SLICE) return;
    await new Promise((resolve) => {
      channel.port1.addEventListener('message', resolve, { once: true });
      channel.port2.postMessage(null);
    });
    last = performance.now();
    signal.throwIfAborted();
  };
}
