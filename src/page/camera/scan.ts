import type { Hash } from '../../format/hash.ts';
import { parseCode } from '../anchor.ts';
import type { QrDetector } from './detector.ts';

/** Looks through the camera until it sees the printed code of integrity. The pictures go nowhere and are not kept. */

export type Scanned =
  | { readonly kind: 'code'; readonly sha256: Hash }
  /** `stopped`: by the reader, or because the page went out of sight; `late`: nothing was seen in time */
  | { readonly kind: 'stopped' | 'late' | 'denied' | 'no-camera' };

/** in milliseconds */
const PATIENCE = 90_000;
const BETWEEN = 150;

/**
 * @param video shows what the camera sees
 * @param onOther is called where a QR code was seen that is no code of integrity
 */
export async function scan(
  detector: QrDetector,
  video: HTMLVideoElement,
  signal: AbortSignal,
  onOther: () => void,
): Promise<Scanned> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  } catch (error) {
    const isDenied = error instanceof DOMException && error.name === 'NotAllowedError';
    return { kind: isDenied ? 'denied' : 'no-camera' };
  }
  try {
    video.srcObject = stream;
    await video.play();
    const until = performance.now() + PATIENCE;
    while (!signal.aborted && !document.hidden) {
      if (performance.now() > until) return { kind: 'late' };
      for (const { rawValue } of await detector.detect(video)) {
        const sha256 = parseCode(rawValue);
        if (sha256) return { kind: 'code', sha256 };
        onOther();
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN));
    }
    return { kind: 'stopped' };
  } catch {
    return { kind: 'no-camera' }; // it was taken away, or gives no picture
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
