import { isSameText, KeyThrottle } from "#access/index.js";
import type { ErrorData, PushConfig, PushReceiver, PushSource } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { BodyBudget } from "./push-body.ts";

/** Bytes of bodies that are held at once. */
const MOST_BYTES = 160 * 1024 * 1024;

/** A source that others push to. */
export interface KeyedSource extends PushSource {
  /** Any of them is good; none where the source is in trouble. */
  readonly keys: readonly string[];
}

/** What is taken, and with which keys. */
export interface KeyedConfig extends PushConfig {
  readonly sources: readonly KeyedSource[];
}

/** The door for who pushes: lets in who has the key of a source. */
export class PushDoor {
  readonly receiver: PushReceiver;
  readonly budget = new BodyBudget(MOST_BYTES);
  #sources: ReadonlyMap<string, KeyedSource>;
  readonly #throttle = new KeyThrottle();

  constructor(receiver: PushReceiver, sources: readonly KeyedSource[]) {
    this.receiver = receiver;
    this.#sources = byName(sources);
  }

  /** A source without its keys; undefined when there is none of this name. */
  source(name: string): PushSource | undefined {
    const found = this.#sources.get(name);
    if (found === undefined) return undefined;
    const { keys: _, ...source } = found;
    return source;
  }

  /** Names of all. */
  get names(): string[] {
    return [...this.#sources.keys()];
  }

  /** Lets in who has a key of one of these from now on. @returns when what was taken for others can be collected */
  async set(config: KeyedConfig): Promise<void> {
    this.#sources = byName(config.sources);
    await this.receiver.set(config);
  }

  /**
   * Sources that are not there are told as wrong keys are: nobody learns names here. One in trouble is told as such, since many who
   * send throw away what is refused for its key.
   * @param address that it comes from @throws WeirError `wrong-key`, `push-held-back`, TooManyAttempts
   */
  mustHaveKey(source: string, key: string, address: string): void {
    const { keys: good = [], trouble } = this.#sources.get(source) ?? {};
    if (trouble !== undefined) throw heldBack(source, trouble);
    // All of them, so that the time tells nothing of which one it is.
    const same = good.map((each) => isSameText(each, key));
    if (same.includes(true)) return;
    this.#throttle.refuse(address);
    throw new WeirError({
      code: "wrong-key",
      kind: "usage",
      message: "there is no source of this name that others push to, or the key is not its own",
      place: source,
      next: "Send the access_key that weir.yaml gives the source: Firehose in its access key, others as `Authorization: Bearer …`.",
    });
  }
}

function byName(sources: readonly KeyedSource[]): ReadonlyMap<string, KeyedSource> {
  return new Map(sources.map((source) => [source.name, source]));
}

/** Who asks has shown no key: the reason is for those who may see the page Sources. */
function heldBack(source: string, { code }: ErrorData): WeirError {
  return new WeirError({
    code: "push-held-back",
    kind: "environment",
    message: `nothing is taken for this source until its configuration is mended (${code})`,
    place: source,
    next: "Send it again later. `weir sources` and the page Sources say what is wrong with it.",
  });
}
