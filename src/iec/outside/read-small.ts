import type { Client } from '../../audit/source/http-get.ts';

/**
 * A small file of a site.
 * @returns null where the site does not answer with it, or with more than `most` bytes
 * @throws Error where the request fails
 */
export async function readSmall(client: Client, url: URL, most: number): Promise<Uint8Array | null> {
  const answer = await client.get(url);
  if (answer.status !== 200) {
    answer.leave();
    return null;
  }
  return bodyUpTo(answer.body, most);
}

/** @returns null where it is longer */
export async function bodyUpTo(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) return null; // leaving the loop closes the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
