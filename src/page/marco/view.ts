import { byId } from '../dom.ts';
import type { Standing } from './judge.ts';
import { FULL_SCREEN, newerText, noteText, staleText, statusText } from './words.ts';

/** What of the page changes. Everything is text; a region that is read aloud is touched only if its text is another one. */
export interface View {
  /** @param kind of the phase; null while it is not known */
  show(standing: Standing, kind: 'oficial' | 'simulacro' | null): void;
  showFullScreen(): void;
}

interface Doing {
  readonly onNewer: () => void;
  readonly onAgain: () => void;
  readonly home: URL;
}

const [place, bar] = [byId('place'), byId('bar')];

export function openView({ onNewer, onAgain, home }: Doing): View {
  const [full, tab] = [byId('full'), byId('tab', HTMLAnchorElement)];
  byId('newer').addEventListener('click', onNewer);
  byId('again').addEventListener('click', onAgain);
  full.addEventListener('click', () => void toggleFullScreen());
  tab.href = location.href;
  byId('open', HTMLAnchorElement).href = home.href;
  // Where no full screen is to be had (a telephone, a frame that may not), a tab of its own is as large as there is.
  const isAllowed = document.fullscreenEnabled;
  full.hidden = !isAllowed;
  tab.hidden = isAllowed || window.parent === window;
  return {
    show(standing, kind) {
      document.documentElement.dataset['standing'] = standing.kind;
      const isDrill = kind === 'simulacro';
      document.title = `${isDrill ? 'SIMULACRO · ' : ''}Resultados electorales preliminares`;
      for (const band of document.querySelectorAll<HTMLElement>('.drill')) band.hidden = !isDrill;
      byId('results').hidden = isDrill;
      byId('rehearsal').hidden = !isDrill;
      say('status', statusText(standing));
      say('note', noteText(standing, localHour));
      const newer = standing.kind === 'corte' ? standing.newer : null;
      byId('newer').hidden = newer === null;
      if (newer !== null) say('newer', newerText(newer));
      // Before it is known whether this is a drill, nothing is seen that could be taken for results.
      const isSeen = standing.kind !== 'asking' && standing.kind !== 'stale' && !('isSeen' in standing && !standing.isSeen);
      byId('publication').classList.toggle('unseen', !isSeen);
      byId('stale').hidden = standing.kind !== 'stale';
      if (standing.kind === 'stale') say('stale-why', staleText(standing.corte));
    },
    showFullScreen() {
      say('full-text', document.fullscreenElement === null ? FULL_SCREEN.enter : FULL_SCREEN.leave);
      if (document.fullscreenElement !== null) place.style.transform = '';
    },
  };
}

/** Keeps the bar in the part of the frame that is seen, where the frame itself does not scroll. */
export function followSeen(top: number, height: number): void {
  if (document.fullscreenElement !== null || height <= bar.offsetHeight) return;
  const last = document.documentElement.offsetHeight - bar.offsetHeight;
  place.style.transform = `translateY(${Math.round(Math.min(Math.max(0, top), Math.max(0, last)))}px)`;
  makeCompact(top > 0);
}

/** Further down the bar may be lower; the room that it had at the beginning stays, so that nothing moves. */
export function makeCompact(isFurtherDown: boolean): void {
  if (bar.classList.contains('compact') === isFurtherDown) return;
  place.style.height = isFurtherDown ? `${bar.offsetHeight}px` : '';
  bar.classList.toggle('compact', isFurtherDown);
}

async function toggleFullScreen(): Promise<void> {
  try {
    if (document.fullscreenElement === null) await document.documentElement.requestFullscreen();
    else await document.exitFullscreen();
  } catch {
    byId('full').hidden = true;
    byId('tab').hidden = false;
  }
}

function say(id: string, text: string): void {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
  if (id === 'note') place.hidden = text === '';
}

/** By the reader's own clock, as he sees it elsewhere on his machine. */
function localHour(instant: number): string {
  const date = new Date(instant);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
