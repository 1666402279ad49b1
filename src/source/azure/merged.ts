/** What several sequences give, as it comes; so many of them run at once. The first error ends all. */
export async function* merged<T>(sequences: readonly (() => AsyncGenerator<T>)[], atOnce: number): AsyncGenerator<T> {
  const waiting = [...sequences];
  const running = new Map<AsyncGenerator<T>, Promise<{ from: AsyncGenerator<T>; result: IteratorResult<T> }>>();
  const ask = (from: AsyncGenerator<T>): void => {
    const answer = from.next().then((result) => ({ from, result }));
    // It is looked at in its turn.
    answer.catch(() => undefined);
    running.set(from, answer);
  };
  for (const sequence of waiting.splice(0, atOnce)) ask(sequence());
  try {
    while (running.size > 0) {
      const { from, result } = await Promise.race(running.values());
      if (result.done !== true) {
        yield result.value;
        ask(from);
        continue;
      }
      running.delete(from);
      const next = waiting.shift();
      if (next !== undefined) ask(next());
    }
  } finally {
    await Promise.allSettled([...running.keys()].map((sequence) => sequence.return(undefined)));
  }
}
