/** What has a page. */
export type EntityKind = "address" | "block" | "instance" | "interface" | "subnet" | "network" | "account";

/** Something that a person may mean by a word. */
export interface FoundEntity {
  readonly kind: EntityKind;
  readonly id: string;
  readonly name: string | null;
  readonly detail: string | null;
}
