import type { BatchOutcome, RemoteBatch, RemoteObject } from "../remote.ts";

/**
 * Passes over stretches of a flow log's time, one after another, whose batches are settled in any order: what a pass stands for is done
 * when its batches are, and all passes before it. Objects that another process has keep it from being done: they are looked at again.
 */
export class SettledInTurn {
  readonly #passes: { left: number; isDone: boolean; isOpen: boolean; readonly done: () => void }[] = [];

  /** @param done called once all of it is durable */
  begin(done: () => void): Pass {
    const pass = { left: 1, isDone: false, isOpen: false, done };
    this.#passes.push(pass);
    const leave = (): void => {
      pass.left--;
      if (pass.left > 0) return;
      pass.isDone = true;
      this.#advance();
    };
    return {
      batch: (objects) => {
        pass.left++;
        return {
          objects,
          settled: async ({ open }: BatchOutcome) => {
            if (open.length > 0) pass.isOpen = true;
            leave();
          },
        };
      },
      end: leave,
    };
  }

  #advance(): void {
    while (this.#passes[0]?.isDone === true && !this.#passes[0].isOpen) this.#passes.shift()?.done();
  }
}

/** One pass. */
export interface Pass {
  batch(objects: readonly RemoteObject[]): RemoteBatch;
  /** All its batches were given out. */
  end(): void;
}
