import { X509Certificate } from 'node:crypto';

/** The certificates on which a signer's rests, and whose word each is. */

/** @returns the certificates of a PEM text; what is none that Node reads is left out */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

/**
 * Every certificate that a path from the signer's may lead over, each with those that signed it: of two with one key either
 * may be in the path, and both are.
 * @param pool where the others are, roots included
 */
export function pathsFrom(signer: X509Certificate, pool: readonly X509Certificate[]): Map<X509Certificate, X509Certificate[]> {
  const distinct = [...new Map(pool.map((one) => [one.fingerprint256, one])).values()];
  const paths = new Map<X509Certificate, X509Certificate[]>();
  const due = [signer];
  const seen = new Set([signer.fingerprint256]);
  for (let next = due.pop(); next; next = due.pop()) {
    const certificate = next;
    const issuers = distinct.filter((one) => certificate.checkIssued(one) && isSignedBy(certificate, one));
    paths.set(certificate, issuers);
    for (const issuer of issuers) {
      if (seen.has(issuer.fingerprint256)) continue;
      seen.add(issuer.fingerprint256);
      due.push(issuer);
    }
  }
  return paths;
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false; // a key of a kind that Node does not have
  }
}
