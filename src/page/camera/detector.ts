/** The browser's own reader of QR codes, where it has one. It is in no list of types, since not every browser has it. */
export interface QrDetector {
  detect(source: HTMLVideoElement): Promise<ReadonlyArray<{ readonly rawValue: string }>>;
}

interface QrDetectors {
  new (options: { readonly formats: readonly string[] }): QrDetector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** @returns null where there is none, or it reads other codes alone, or a page may have no camera */
export async function qrDetector(): Promise<QrDetector | null> {
  const known: unknown = Reflect.get(globalThis, 'BarcodeDetector');
  const devices: unknown = Reflect.get(navigator, 'mediaDevices');
  if (!isDetectors(known) || !devices) return null;
  try {
    const formats = await known.getSupportedFormats();
    return formats.includes('qr_code') ? new known({ formats: ['qr_code'] }) : null;
  } catch {
    return null; // the device lacks what the browser needs for it
  }
}

function isDetectors(value: unknown): value is QrDetectors {
  return typeof value === 'function' && 'getSupportedFormats' in value;
}
