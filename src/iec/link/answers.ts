/** Answers that come while more is sent: the first failure is thrown at the next step, and none stays unhandled. */
export interface Answers {
  add(answer: Promise<void>): void;
  /** Does a step, unless an answer fails before it is done. One at a time. */
  orFail(step: Promise<void>): Promise<void>;
  /** Waits for all that were added. @throws the first failure */
  all(): Promise<void>;
}

export function newAnswers(): Answers {
  const owed = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  /** ends the step that is being done. Not by a race with one promise for all steps: it would remember each of them */
  let interrupt: (error: unknown) => void = () => {};
  return {
    add(answer) {
      const one = answer
        .catch((error: unknown) => {
          failure ??= { error };
          interrupt(error);
        })
        .finally(() => owed.delete(one));
      owed.add(one);
    },
    orFail(step) {
      if (failure) return Promise.reject(failure.error);
      return new Promise((resolve, reject) => {
        interrupt = reject;
        step.then(resolve, reject);
      });
    },
    async all() {
      await Promise.all(owed);
      if (failure) throw failure.error;
    },
  };
}
