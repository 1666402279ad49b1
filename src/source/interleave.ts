/**
 * What several sequences give, as it comes. They are begun one after another, as soon as one of those before has ended.
 * @param begun may give `undefined` while nothing more can begin; it is asked again when one has ended
 */
export async function* interleave<T>(
  begun: () => AsyncIterator<T> | undefined,
  atOnce: number,
): AsyncGenerator<T, void, undefined> {
  interface Step {
    readonly iterator: AsyncIterator<T>;
    readonly result: IteratorResult<T, unknown>;
  }
  const running = new Map<AsyncIterator<T>, Promise<Step>>();
  const take = async (iterator: AsyncIterator<T>): Promise<Step> => ({ iterator, result: await iterator.next() });
  const step = (iterator: AsyncIterator<T>): Promise<Step> => {
    const pending = take(iterator);
    // It may fail while somebody works on the step before, and is told when he comes for the next: nobody waits for it until then.
    pending.catch(() => undefined);
    return pending;
  };
  const fill = (): void => {
    while (running.size < atOnce) {
      const iterator = begun();
      if (iterator === undefined) return;
      running.set(iterator, step(iterator));
    }
  };
  try {
    for (fill(); running.size > 0; fill()) {
      const { iterator, result } = await Promise.race(running.values());
      if (result.done === true) running.delete(iterator);
      else {
        // The next step is under way while this one is worked on.
        running.set(iterator, step(iterator));
        yield result.value;
      }
    }
  } finally {
    for (const iterator of running.keys()) void iterator.return?.().catch(() => undefined);
  }
}
