import fc from "fast-check";
import { parse } from "yaml";
import { expect, it } from "vitest";
import { addSources, removeSource, sourcesYaml, type SourceDraft } from "./edit-config.ts";
import { parseConfig } from "./read-config.ts";

const draft: SourceDraft = { name: "org", url: "s3://org-flow-logs/AWSLogs/", since: "2026-11-01" };

it("writes a configuration where there is none", () => {
  const text = addSources("", [draft]);
  expect(text).toBe("sources:\n  - name: org\n    url: s3://org-flow-logs/AWSLogs/\n    since: 2026-11-01\n");
  expect(text).toBe(sourcesYaml([draft]));
});

it("adds lines and touches no other byte", () => {
  const before =
    "# ours\nlisten: 127.0.0.1:8400   # local\n\nsources:\n- name: a # first\n  folder: /a\n\n  # about b\n- {name: b, folder: /b}\n# the end\nretention: {flows: 14d}\n";
  const after = addSources(before, [draft]);
  const inserted = "- name: org\n  url: s3://org-flow-logs/AWSLogs/\n  since: 2026-11-01\n";
  expect(after).toBe(before.replace("# the end", `${inserted}# the end`));
  expect(removeSource(after, "org")).toBe(before);
});

it.each([
  ["an empty list", "sources: []\nlisten: 127.0.0.1:1\n"],
  ["a list on one line", "sources: [{name: a, folder: /a}] # here\n"],
  ["a key without a value", "# mine\nsources:\nlisten: 127.0.0.1:1\n"],
  ["a file of one line", "{listen: 127.0.0.1:1}"],
  ["only a comment", "# nothing yet"],
  ["no line end", "sources:\n  - name: a\n    folder: /a"],
  ["lines of another system", "sources:\r\n  - name: a\r\n    folder: /a\r\nauth: none\r\n"],
  ["a block of text", "sources:\n  - name: a\n    folder: |-\n      /a\nauth: none\n"],
])("keeps what was there: %s", (_, before) => {
  const after = addSources(before, [draft]);
  const was = (parse(before, { schema: "failsafe" }) ?? {}) as Record<string, unknown>;
  const sources = Array.isArray(was["sources"]) ? (was["sources"] as unknown[]) : [];
  expect(parse(after, { schema: "failsafe" })).toEqual({ ...was, sources: [...sources, draft] });
  for (const comment of before.match(/#.*/g) ?? []) expect(after).toContain(comment);
  expect(after.includes("\r\n")).toBe(before.includes("\r\n"));
});

it("leaves an empty list where the last one goes, that can be read", () => {
  const text = removeSource("# why\nsources:\n  - name: a\n    folder: /a\n", "a");
  expect(text).toContain("# why");
  expect(parseConfig("weir.yaml", text ?? "").sources).toEqual([]);
  expect(removeSource(text ?? "", "a")).toBeUndefined();
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const any = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((text) => !text.includes("\r"));
const comments = fc.array(fc.constantFrom("", "# a note", "   # indented", "# - name: not-one"), { maxLength: 3 });

/** A configuration as people write them: comments, blank lines, indented or not. */
const config = fc
  .record({
    names: fc.uniqueArray(word, { maxLength: 5 }),
    indent: fc.constantFrom("", "  ", "    "),
    comments,
    tail: comments,
  })
  .map(({ names, indent, comments: notes, tail }) => {
    const items = names.flatMap((name) => [
      ...notes,
      `${indent}- name: ${name}`,
      `${indent}  folder: "/x/${name}" # ${name}`,
    ]);
    const list = names.length === 0 ? ["sources: []"] : ["sources:", ...items];
    return { names, text: `${[...notes, "auth: none", ...list, ...tail, "retention:", "  flows: 14d"].join("\n")}\n` };
  });

it("adding and removing keeps everything else, whatever it is", () => {
  fc.assert(
    fc.property(config, any, any, ({ text, names }, name, url) => {
      fc.pre(!names.includes(name));
      const added = addSources(text, [{ name, url }]);
      const was = parse(text, { schema: "failsafe" }) as { sources: unknown[] };
      expect(parse(added, { schema: "failsafe" })).toEqual({ ...was, sources: [...was.sources, { name, url }] });
      for (const comment of text.match(/#.*/g) ?? []) expect(added).toContain(comment);
      // What was a list with lines is the same text again.
      if (names.length > 0) expect(removeSource(added, name)).toBe(text);
      else expect(parse(removeSource(added, name) ?? "", { schema: "failsafe" })).toEqual(was);
    }),
  );
});
