import pLimit from 'p-limit';

/**
 * Does a piece of work for each, so many at once; after the first failure no other is begun.
 * @throws what the first that failed threw
 */
export async function eachOf<T>(atOnce: number, all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let isOver = false;
  const turn = async (one: T) => {
    if (isOver) return;
    try {
      await work(one);
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  const limit = pLimit(atOnce);
  await Promise.all(all.map((one) => limit(turn, one)));
}
