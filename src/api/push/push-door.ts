import { isSameText, KeyThrottle } from "#access/index.js";
import type { PushReceiver } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { BodyBudget } from "./push-body.ts";

/** Bytes of bodies that are held at once. */
const MOST_BYTES = 160 * 1024 * 1024;

/** Keys of the sources that others push to, by the source's name: any of several is good. */
export type PushKeys = Readonly<Record<string, readonly string[]>>;

/** The door for who pushes: lets in who has the key of a source. */
export class PushDoor {
  readonly receiver: PushReceiver;
  readonly budget = new BodyBudget(MOST_BYTES);
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #throttle = new KeyThrottle();

  constructor(receiver: PushReceiver, keys: PushKeys) {
    this.receiver = receiver;
    this.#keys = new Map(Object.entries(keys));
  }

  /**
   * Sources that are not there are told as wrong keys are: nobody learns names here.
   * @param address that it comes from @throws WeirError `wrong-key`, TooManyAttempts
   */
  mustHaveKey(source: string, key: string, address: string): void {
    const good = this.#keys.get(source) ?? [];
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
