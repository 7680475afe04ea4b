/**
 * The statuses with which a node answers a request, by number. The IEC decides by them alone, never by the text beside
 * them, which differs between servers.
 */
export const STATUS = {
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  OP_UNSUPPORTED: 8,
  // Version 3 knows neither; draft-ietf-secsh-filexfer-13 numbers them, and the built-in inbox of a Difusor answers with them.
  NO_SPACE_ON_FILESYSTEM: 14,
  QUOTA_EXCEEDED: 15,
} as const;

/** Whether a node answered a request with this status. */
export function isStatus(error: unknown, status: number): boolean {
  return statusIn(error) === status;
}

/**
 * The status with which a node answered.
 * @returns null for what is no answer: a link that broke, and what ssh2 refuses to send (an extension that the server
 *   did not announce)
 */
export function statusIn(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'number' ? error.code : null;
}
