import { marcoOrigin, readToPortal, type ToMarco } from './messages.ts';

/**
 * The script for a portal's page: makes each frame with `marco.html` as high as what is in it, and tells it which part of
 * it is seen, so that the corte's hour stays in sight. It changes nothing else of the page and reads nothing of it. A
 * number in the frame's `data-arriba` is how many pixels at the top are covered by the page's own header.
 */

const known = new Set<HTMLIFrameElement>();
let isWaiting = false;

window.addEventListener('message', ({ source, origin, data }) => {
  const frame = [...document.querySelectorAll('iframe')].find(
    ({ contentWindow }) => contentWindow !== null && contentWindow === source,
  );
  // What is in a frame may have gone elsewhere since: its address must be ours, and the message must come from there.
  if (!frame || marcoOrigin(frame.src) !== origin) return;
  const said = readToPortal(data);
  if (said === null) return;
  if (said.type === 'cotejo/alto') frame.style.height = `${said.height}px`;
  if (said.type === 'cotejo/inicio' && frame.getBoundingClientRect().top < covered(frame)) {
    frame.style.scrollMarginTop = `${covered(frame)}px`;
    frame.scrollIntoView({ block: 'start', behavior: 'instant' });
  }
  known.add(frame);
  tell(frame);
});

for (const name of ['scroll', 'resize'] as const) window.addEventListener(name, soon, { capture: true, passive: true });

function soon(): void {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    for (const frame of known) tell(frame);
  });
}

function tell(frame: HTMLIFrameElement): void {
  const origin = marcoOrigin(frame.src);
  if (origin === null || !frame.isConnected) return void known.delete(frame);
  const { top, bottom } = frame.getBoundingClientRect();
  const first = Math.max(covered(frame), top);
  const message: ToMarco = {
    type: 'cotejo/ventana',
    top: Math.max(0, first - top - frame.clientTop),
    height: Math.max(0, Math.min(window.innerHeight, bottom) - first),
  };
  frame.contentWindow?.postMessage(message, origin);
}

function covered(frame: HTMLIFrameElement): number {
  const pixels = Number(frame.dataset['arriba'] ?? 0);
  return pixels > 0 && pixels < 1000 ? pixels : 0;
}
