import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** The list of what the program is made of (CycloneDX), from package-lock.json: the packages that run with it, no others. */

interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string; tools?: unknown; component: { name: string } };
}

/**
 * npm gives each list a random number and the hour; here the number comes from the content, the hour from the commit.
 * @param folder with package.json and package-lock.json
 * @param epoch seconds
 */
export function billOfMaterials(folder: string, epoch: number): Buffer {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only'];
  const bom: Bom = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 }));
  delete bom.serialNumber;
  delete bom.metadata.tools; // npm's own version says nothing about the program
  bom.metadata.timestamp = new Date(epoch * 1000).toISOString();
  bom.metadata.component.name = 'cotejo'; // npm takes the folder's name
  bom.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bom))}`;
  return Buffer.from(`${JSON.stringify(bom, null, 2)}\n`);
}

/** A UUID of version 8 (RFC 9562: custom), made of a hash. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
