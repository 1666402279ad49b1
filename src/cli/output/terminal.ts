import { once } from "node:events";

/** The reader of our output has gone (`| head`): not an error, just the end. */
export class OutputClosed extends Error {
  constructor() {
    super("the output was closed");
    this.name = "OutputClosed";
  }
}

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};

export const colorChoices = ["auto", "always", "never"] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** NO_COLOR turns it off whatever else is set; FORCE_COLOR on, unless it is 0 or false. */
function colorByItself(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  const forced = env["FORCE_COLOR"] ?? "";
  if ((env["NO_COLOR"] ?? "") !== "" || forced === "0" || forced === "false") return false;
  return forced !== "" || (isTerminal && env["TERM"] !== "dumb");
}

/** One of the two streams that we write to, with what it can show. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  readonly #byItself: boolean;
  #color: ColorChoice = "auto";
  #closed = false;

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#stream = stream;
    this.#byItself = colorByItself(stream.isTTY, env);
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      this.#closed = true;
    });
  }

  /** What `--color` says; `auto`: as the terminal and the environment are. */
  setColor(choice: ColorChoice): void {
    this.#color = choice;
  }

  get hasColor(): boolean {
    return this.#color === "auto" ? this.#byItself : this.#color === "always";
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY;
  }

  /** Columns of the terminal; without one, lines are as long as they need to be. */
  get width(): number {
    return this.isTerminal ? Math.max(40, this.#stream.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  style(text: string, ...styles: readonly Style[]): string {
    if (!this.hasColor || text === "") return text;
    return styles.reduce((inner, style) => `\u001b[${codes[style][0]}m${inner}\u001b[${codes[style][1]}m`, text);
  }

  /** Writes, and waits while the reader is slower than we are. @throws OutputClosed when the reader has gone */
  async write(text: string): Promise<void> {
    if (this.#closed) throw new OutputClosed();
    if (this.#stream.write(text)) return;
    // A closed pipe emits "close" and never "drain".
    const given = new AbortController();
    await Promise.race([once(this.#stream, "drain", given), once(this.#stream, "close", given)]).catch(() => undefined);
    given.abort();
    if (this.#closed) throw new OutputClosed();
  }

  line(text = ""): Promise<void> {
    return this.write(`${text}\n`);
  }
}
