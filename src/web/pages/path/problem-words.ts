import type { Problem } from "#api/contract/index.js";

/** What is wrong with a question, as the page says it, and the end that could be meant instead. */
export interface PathProblem {
  readonly problem: Problem;
  readonly instead: { readonly side: "client" | "server"; readonly end: string } | undefined;
}

const fields: Readonly<Record<string, readonly [field: string, side: "client" | "server"]>> = {
  FROM: ["From", "client"],
  TO: ["To", "server"],
};

/** The API's words are also those of the command line; these speak of what the page has. */
const nextSteps: Readonly<Record<string, string>> = {
  "unknown-end":
    "Type the beginning of a name into the field and choose from what it suggests, or write an address such as 10.0.2.20 or a block such as 10.0.2.0/24. An id is known in the time that it was seen in: for one that is gone, choose an earlier time above.",
  "unseen-end": "Choose a longer or an earlier time above, or write its address into the field.",
  "bad-target":
    "Write the address or name into the field To, a port from 0 to 65535 into the field Port, and choose the protocol beside it.",
  "too-many-addresses": "Write one of its addresses into the field, or a block such as 10.0.2.0/24.",
};

/** Says in the page's own words what is wrong with an end, and what to do here; other problems stay as they are. */
export function inPageWords(found: Problem): PathProblem {
  const step = nextSteps[found.code];
  if (step === undefined) return { problem: found, instead: undefined };
  const { place, detail, ...rest } = found;
  const [field, side] = fields[place ?? ""] ?? [undefined, undefined];
  const near = /^Did you mean (?<name>.+)\?$/.exec(detail ?? "")?.groups?.["name"];
  const title = field === undefined ? found.title : `${field}: ${found.title}`;
  return {
    problem: { ...rest, title, detail: step },
    instead: near === undefined || side === undefined ? undefined : { side, end: near },
  };
}
