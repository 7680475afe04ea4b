import { inGroups } from '../../format/hash.ts';
import { byId } from '../dom.ts';
import type { PageWords } from '../words-es.ts';
import { qrDetector } from './detector.ts';
import { scan } from './scan.ts';

/**
 * The button beside the printed code, and what the camera sees. Where the browser reads no QR codes there is none: a
 * reader of our own would be a fifth of the page, and the telephone's own camera reads them, to be pasted.
 * @param words in the language of the moment
 */
export async function cameraPanel(words: () => PageWords): Promise<void> {
  const detector = await qrDetector();
  const button = byId('scan', HTMLButtonElement);
  const hint = byId('scan-help');
  hint.hidden = detector !== null;
  button.hidden = detector === null;
  if (!detector) return;
  const [video, told, code] = [byId('camera', HTMLVideoElement), byId('scan-told'), byId('code', HTMLTextAreaElement)];
  let running: AbortController | null = null;
  button.addEventListener('click', () => {
    if (running) running.abort();
    else void look();
  });

  async function look(): Promise<void> {
    running = new AbortController();
    video.hidden = false;
    button.removeAttribute('data-word'); // another language would call it by its other name
    button.textContent = words().camera.stop;
    told.textContent = words().camera.looking;
    video.scrollIntoView({ block: 'center' });
    const found = await scan(detector!, video, running.signal, () => {
      told.textContent = words().camera.other;
    });
    running = null;
    video.hidden = true;
    button.dataset['word'] = 'scan';
    button.textContent = words().camera.start;
    told.textContent = words().camera[found.kind];
    if (found.kind !== 'code') return;
    code.value = inGroups(found.sha256).join(' ');
    code.focus();
  }
}
