import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { bicepText, identifier, plainText, shellText, terraformText } from "./quote.ts";

/** Texts that want out of their quotes. */
const hostile = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "{",
      "}",
      "%",
      "`",
      "\n",
      "\u2028",
      "\u202e",
      "\u0000",
      "#",
      ";",
      "a",
      " ",
      "𝛼",
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(""));

it("a shell reads the text back as one word", () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), (texts) => {
      const run = spawnSync("sh", ["-c", `printf '%s\\0' ${texts.map(shellText).join(" ")}`], { encoding: "utf8" });
      expect(run.stdout.split("\0").slice(0, -1)).toEqual(texts.map(plainText));
    }),
    { numRuns: 20 },
  );
});

/** What HCL makes of a quoted template: `$${` and `%%{` stand for themselves, anything else that begins so would be filled in. */
function readTerraform(literal: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\.)*)"$/su.exec(literal)?.[1];
  if (
    inner === undefined ||
    /(?:^|[^$])\$\{|(?:^|[^%])%\{/.test(inner.replaceAll(/\\./g, "_").replaceAll(/\$\$\{|%%\{/g, "_"))
  )
    return undefined;
  return inner.replaceAll(/\\(.)|\$\$\{|%%\{/gsu, (found, character?: string) => character ?? found.slice(1));
}

it("Terraform reads the text back, with nothing filled in", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(readTerraform(terraformText(text))).toBe(plainText(text));
    }),
  );
});

function readBicep(literal: string): string | undefined {
  const inner = /^'((?:[^'\\]|\\['\\]|\\\$\{)*)'$/su.exec(literal)?.[1];
  if (inner === undefined || inner.replaceAll(/\\./gsu, "").includes("${")) return undefined;
  return inner.replaceAll(/\\(.)/gsu, "$1");
}

it("Bicep reads the text back, with nothing filled in", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(readBicep(bicepText(text))).toBe(plainText(text));
    }),
  );
});

it("nothing hidden, and no second line", () => {
  expect(plainText("a\nb\u202ec\u2028d\u0000e\u200bf")).toBe("a?b?c?d?e?f");
});

it("a name is one that every tool takes", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(identifier(text)).toMatch(/^flow_log_[a-z0-9_]{1,50}$/);
    }),
  );
  expect(identifier("rg-web nsg/Front")).toBe("flow_log_rg_web_nsg_front");
});
