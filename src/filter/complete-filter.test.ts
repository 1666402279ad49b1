import fc from "fast-check";
import { expect, it } from "vitest";
import { datasetNames } from "#model/datasets.js";
import { completeFilter, formatFilter, parseFilter, type Completion } from "./index.ts";
import { filterNodes } from "./filter-node.fake.ts";

/** Completes at the `|` of a text. @returns the labels, and the word that they take the place of */
async function complete(marked: string): Promise<{ labels: string[]; word: string; completion: Completion }> {
  const cursor = marked.indexOf("|");
  const text = marked.replace("|", "");
  const completion = await completeFilter(text, cursor, "conversations", (field, typed) =>
    ["eu-central-1", "us-east-1", "my rule", "region"].filter(
      (value) => field.type === "text" && value.includes(typed),
    ),
  );
  return {
    labels: completion.options.map(({ label }) => label),
    word: text.slice(completion.from, completion.to),
    completion,
  };
}

it.each<[string, string, string[]]>([
  // Where the cursor is, the word that is replaced, the first options.
  ["|", "", ["ip", "port", "realm"]],
  ["server.p|", "server.p", ["server.port", "server.packets", "server.provider"]],
  ["SERVER_PO|", "SERVER_PO", ["server.port"]],
  ["server.po|rt = 443", "server.port", ["server.port"]],
  ["vp|", "vp", ["vpc", "client.vpc", "server.vpc"]],
  ["not cl|", "cl", ["client.name", "client.role"]],
  ["(verdict = denied and server.por|", "server.por", ["server.port"]],
  ["verdict |", "", ["=", "!=", "in", "not in"]],
  ["client.region li|", "li", ["like", "not like"]],
  ["client.region not |", "", ["in", "like"]],
  ["client.region is |", "", ["known", "unknown"]],
  ["server.port !|", "!", ["!="]],
  ["verdict = |", "", ["allowed", "denied", "dropped"]],
  ["verdict = de|", "de", ["denied"]],
  ["verdict = de|nied and ip = ::1", "denied", ["denied"]],
  ["verdict in (denied, al|", "al", ["allowed"]],
  ["verdict in (denied|", "denied", ["denied"]],
  ["verdict in (denied |", "", [",", ")"]],
  ["protocol = t|", "t", ["tcp"]],
  ["server.port = ht|", "ht", ["http", "https"]],
  ["client.region = eu|", "eu", ["eu-central-1"]],
  ['rule = "my|', '"my', ['"my rule"']],
  ['rule = "my| rule"', '"my', ['"my rule"']],
  ["client.port = ser|", "ser", ["server.port"]],
  ["time > |", "", ["-1h", "-24h", "-7d"]],
  ["verdict = denied |", "", ["and", "or"]],
  ["(verdict = denied |", "", ["and", "or", ")"]],
  ["banana = 3 an|", "an", ["and"]],
  ["a b c and verdict = mi|", "mi", ["mixed"]],
  ["banana |", "", []],
])("%s", async (marked, word, labels) => {
  const found = await complete(marked);
  expect(found.word).toBe(word);
  expect(found.labels.slice(0, Math.max(1, labels.length))).toEqual(labels);
});

it("quotes values of the data that would read as something else", async () => {
  expect((await complete("client.region = |")).labels).toEqual(
    expect.arrayContaining(["eu-central-1", '"my rule"', '"region"', "server.region"]),
  );
});

it("says what an option is and means", async () => {
  const [option] = (await complete("verdict |")).completion.options;
  expect(option).toEqual({ label: "=", kind: "operator", detail: "is one value, block or range" });
});

it("has something to say at any place of any text", async () => {
  const places = fc
    .constantFrom(...datasetNames)
    .chain((dataset) =>
      fc.tuple(fc.constant(dataset), fc.oneof(filterNodes(dataset).map(formatFilter), fc.string()), fc.nat(200)),
    );
  const property = fc.asyncProperty(places, async ([dataset, text, cursor]) => {
    const { from, to, options } = await completeFilter(text, cursor, dataset);
    expect(0 <= from && from <= to && to <= text.length).toBe(true);
    expect(new Set(options.map(({ label }) => label)).size).toBe(options.length);
  });
  await expect(fc.assert(property, { numRuns: 500 })).resolves.toBeUndefined();
});

it("leads to a filter from nothing", async () => {
  let text = "";
  for (const typed of ["server.p", "= htt", "an", "verdi", "!", "den"]) {
    const { from, options } = await completeFilter(`${text}${typed}`, text.length + typed.length, "conversations");
    text = `${`${text}${typed}`.slice(0, from)}${options[0]?.label} `;
  }
  expect(text).toBe("server.port = http and verdict != denied ");
  expect(parseFilter(text, "conversations")).toMatchObject({ kind: "and" });
});
