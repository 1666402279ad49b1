import type { DatasetName } from "#model/datasets.js";
import type { Asker } from "../asker.ts";
import type { Answers } from "../cache/answers.ts";
import type { ValuesJson } from "../contract/index.ts";

/** Whoever types does not wait longer than this for values. */
const PATIENCE_MS = 80;
/** A look-up that nobody waits for any more goes on so long: the next key finds what it gave. */
const LOOK_UP_MS = 10_000;
/** Look-ups of one asker at once: fast fingers do not fill the queue. */
const MOST_AT_ONCE = 2;
/** Lists that are remembered. */
const MOST_LISTS = 200;

interface LookUp {
  readonly dataset: DatasetName;
  readonly field: string;
  readonly typed: string;
}

/**
 * Values for completion: at once, or not at all. Where the lake has changed since a list was read and the new one is not there
 * in time, the old one will do: what is offered is no answer.
 */
export class ValuesInTime {
  readonly #answers: Answers;
  readonly #running = new Map<string, { readonly asker: string; readonly values: Promise<string[] | undefined> }>();
  readonly #lists = new Map<string, string[]>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /**
   * Values that go with what was typed. First those with the most traffic are looked through, which are the same for every
   * key; only where none of them begins so, the data is asked for what was typed.
   */
  async find(dataset: DatasetName, field: string, typed: string, asker: Asker): Promise<string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    const common = await this.#within(deadline, { dataset, field, typed: "" }, asker);
    const wanted = typed.toLowerCase();
    const matching = common.filter((value) => value.toLowerCase().includes(wanted));
    if (wanted === "" || matching.some((value) => value.toLowerCase().startsWith(wanted))) return matching;
    return [...matching, ...(await this.#within(deadline, { dataset, field, typed }, asker))];
  }

  /** What a look-up gives until then, else what it gave before. */
  async #within(deadline: number, request: LookUp, asker: Asker): Promise<string[]> {
    const key = JSON.stringify([request, asker.scope ?? null]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - performance.now()));
    });
    const values = await Promise.race([this.#lookUp(key, request, asker), late]);
    clearTimeout(timer);
    return values ?? this.#lists.get(key) ?? [];
  }

  async #lookUp(key: string, request: LookUp, asker: Asker): Promise<string[] | undefined> {
    const running = this.#running.get(key);
    if (running !== undefined) return running.values;
    const own = [...this.#running.values()].filter((each) => each.asker === asker.key).length;
    if (own >= MOST_AT_ONCE) return undefined;
    const values = this.#ask(key, request, asker);
    this.#running.set(key, { asker: asker.key, values });
    return values.finally(() => this.#running.delete(key));
  }

  async #ask(key: string, request: LookUp, asker: Asker): Promise<string[] | undefined> {
    try {
      const signal = AbortSignal.timeout(LOOK_UP_MS);
      const { text } = await this.#answers.ask({ name: "values", request }, { ...asker, signal });
      const values = (JSON.parse(text) as ValuesJson).values.map(({ value }) => value);
      this.#remember(key, values);
      return values;
    } catch {
      // Without values a filter can be written all the same; what is wrong with the lake is told by every question.
      return undefined;
    }
  }

  #remember(key: string, values: string[]): void {
    this.#lists.delete(key);
    this.#lists.set(key, values);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > MOST_LISTS && oldest !== undefined) this.#lists.delete(oldest);
  }
}
