import { crc32, deflateSync } from 'node:zlib';

/** A picture that could be a scanned acta: grey paper, lines of writing, a grain that does not compress. */

const WIDTH = 180;
const HEIGHT = 240;

/**
 * @param random gives numbers from 0 to 1, always the same ones for the same acta
 * @returns a PNG of 8-bit grey
 */
export function actaImage(random: () => number): Buffer {
  const rows = Buffer.alloc((WIDTH + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    const isText = y > 20 && y % 12 < 5;
    const end = 20 + Math.floor(random() * (WIDTH - 40));
    for (let x = 0; x < WIDTH; x++) {
      const isInk = isText && x > 14 && x < end && random() > 0.45;
      const isFrame = x === 6 || y === 6 || x === WIDTH - 7 || y === HEIGHT - 7;
      const paper = 226 + ((x * 7 + y * 3) % 5);
      rows[y * (WIDTH + 1) + 1 + x] = isInk || isFrame ? 40 + Math.floor(random() * 60) : paper;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
