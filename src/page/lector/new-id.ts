/** A random name, also in a page that came by http, which has no `randomUUID` and says then that it needs https. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
