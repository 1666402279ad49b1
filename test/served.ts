import { startWeir, until, type Running } from "./process-tree.ts";

/** A server of the built product. */
export interface Served {
  readonly running: Running;
  readonly url: string;
  /** Asks the API; JSON of the answer, whatever its status. */
  readonly get: <T>(path: string) => Promise<T>;
  readonly send: (
    path: string,
    body: NonNullable<RequestInit["body"]>,
    headers?: Record<string, string>,
  ) => Promise<Response>;
  /** Ends it as Ctrl-C does. @returns the exit code */
  readonly stop: () => Promise<number | null>;
}

/** Starts `weir serve` on a lake at a free port, and waits until it answers. */
export async function serve(dataDir: string, ...args: string[]): Promise<Served> {
  const running = startWeir(["serve", "--port", "0", "--data", dataDir, ...args]);
  let output = "";
  running.child.stdout?.on("data", (text: string) => (output += text));
  const address = (): string | undefined => /http:\/\/\S+/.exec(output)?.[0];
  if (!(await until(running, () => address() !== undefined)))
    throw new Error(`weir serve ended: ${(await running.ended).stderr}`);
  const url = `${address()}/api/v1`;
  return {
    running,
    url,
    get: async <T>(path: string) => {
      // A connection that is kept may have been closed by the server, which refused to read on.
      const answer = await fetch(`${url}${path}`).catch(async () => fetch(`${url}${path}`));
      return (await answer.json()) as T;
    },
    send: async (path, body, headers = {}) => fetch(`${url}${path}`, { method: "POST", body, headers }),
    stop: async () => {
      running.child.kill("SIGINT");
      return (await running.ended).code;
    },
  };
}

/** Asks again and again until an answer is as wanted. @throws when it is not after a minute */
export async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (const startedMs = Date.now(); !isRight(answer); answer = await ask()) {
    if (Date.now() - startedMs > 60_000) throw new Error(`still not right: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return answer;
}

/** Listens to server-sent events. */
export class Listener {
  readonly events: { readonly type: string; readonly source?: string; readonly state?: string }[] = [];
  readonly #ending = new AbortController();

  constructor(url: string) {
    void this.#listen(url).catch(() => undefined);
  }

  stop(): void {
    this.#ending.abort();
  }

  async #listen(url: string): Promise<void> {
    const { body } = await fetch(`${url}/events`, { signal: this.#ending.signal });
    let text = "";
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data !== undefined) this.events.push(JSON.parse(data) as Listener["events"][number]);
      }
    }
  }
}
