import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { commandOf, placeKinds } from "../src/web/pages/sources/add-command.ts";

const kindOf = (wanted: string) => {
  const found = placeKinds.find(({ kind }) => kind === wanted);
  if (found === undefined) throw new Error(`there is no ${wanted}`);
  return found;
};

it("shows an example until something is written", () => {
  expect(commandOf(kindOf("s3"), {})).toBe("weir add s3://org-flow-logs");
  expect(commandOf(kindOf("s3"), { bucket: "b", prefix: "x/", "role-arn": "arn:aws:iam::1:role/r" })).toBe(
    "weir add s3://b/x/ --role-arn arn:aws:iam::1:role/r",
  );
  expect(commandOf(kindOf("azure"), { account: "acme", secret: "env:SAS" })).toBe(
    "weir add azblob://acme/insights-logs-flowlogflowevent --secret env:SAS",
  );
});

it("gives a shell exactly what was written, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), (text) => {
      fc.pre(text.trim() !== "" && !text.includes("\0"));
      const command = commandOf(kindOf("folder"), { folder: "/x", name: text });
      const words = execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${command.replace("weir add", "")}`], {
        encoding: "utf8",
      });
      expect(words).toBe(`/x\n--name\n${text.trim()}\n`);
    }),
    { numRuns: 50 },
  );
});
