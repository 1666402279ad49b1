/** Lets in as much as there is room for; who comes later waits in the order of coming. */
export class Gate {
  #room: number;
  readonly #waiting: { readonly amount: number; readonly enter: () => void }[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  /** @param amount at most all the room there is */
  async enter(amount: number): Promise<void> {
    if (this.#waiting.length === 0 && amount <= this.#room) {
      this.#room -= amount;
      return;
    }
    await new Promise<void>((enter) => this.#waiting.push({ amount, enter }));
  }

  /** From now on everybody may enter. */
  open(): void {
    this.leave(Number.POSITIVE_INFINITY);
  }

  leave(amount: number): void {
    this.#room += amount;
    for (let next = this.#waiting[0]; next !== undefined && next.amount <= this.#room; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#room -= next.amount;
      next.enter();
    }
  }
}
