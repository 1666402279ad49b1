/**
 * Draws docs/demo.svg: the first screen of `weir demo`, as the built command line prints it. Run it after `npm run build`.
 *
 * The picture is the same on every run: the demo has a fixed seed, the clock of the command is held at one instant, the
 * terminal is as wide as WIDTH, and the two figures that depend on the machine (seconds and records a second) are left out.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const dist =
  process.argv[2] === undefined ? new URL("../dist/", import.meta.url) : pathToFileURL(`${resolve(process.argv[2])}/`);
const WIDTH = 116;
const NOW = "2026-03-03T12:00:00Z";

/** Loaded into the command: a terminal of a known width, and a clock that stands still. */
const preload = `
  process.stdout.isTTY = true;
  process.stdout.columns = ${WIDTH};
  const now = Date.parse("${NOW}");
  globalThis.Date = class extends Date {
    constructor(...parts) { parts.length === 0 ? super(now) : super(...parts); }
    static now() { return now; }
  };`;

function demoScreen() {
  const folder = mkdtempSync(join(tmpdir(), "weir-picture-"));
  try {
    const args = [
      "--import",
      `data:text/javascript,${encodeURIComponent(preload)}`,
      fileURLToPath(new URL("cli/main.js", dist)),
      "demo",
    ];
    const env = { ...process.env, TERM: "xterm-256color", NO_COLOR: "" };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`weir demo ended with ${status}:\n${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ESCAPE = "\u001b";
const CHAR = 7.8;
const LINE = 18;
const MARGIN = 16;
const TITLE = 34;
const palette = {
  base: "#d7dde5",
  dim: "#8a94a3",
  red: "#ff7b72",
  yellow: "#e3b341",
  green: "#7ee787",
  cyan: "#58c4dc",
};
const colours = { 31: "red", 32: "green", 33: "yellow", 36: "cyan" };

/** A line as pieces of one style each: `{ text, colour, isBold }`. */
function pieces(line) {
  const style = { colour: "base", isBold: false, isDim: false };
  const found = [];
  for (const [at, part] of line.split(ESCAPE).entries()) {
    const [, code, text] =
      at === 0 ? [undefined, undefined, part] : (/^\[(\d+)m(.*)$/s.exec(part) ?? [undefined, undefined, part]);
    if (code !== undefined) restyle(style, Number(code));
    if (text !== "") found.push({ text, colour: style.isDim ? "dim" : style.colour, isBold: style.isBold });
  }
  return found;
}

function restyle(style, code) {
  if (code === 0) Object.assign(style, { colour: "base", isBold: false, isDim: false });
  else if (code === 1) style.isBold = true;
  else if (code === 2) style.isDim = true;
  else if (code === 22) Object.assign(style, { isBold: false, isDim: false });
  else style.colour = colours[code] ?? "base";
}

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const round = (number) => Number(number.toFixed(1));

/** Bars are drawn, not written: no font has to know block characters. */
const EIGHTHS = "▏▎▍▌▋▊▉█";

function drawn({ text, colour, isBold }, column, y) {
  const x = MARGIN + column * CHAR;
  if ([...text].every((char) => EIGHTHS.includes(char))) {
    const cells = [...text].reduce((sum, char) => sum + (EIGHTHS.indexOf(char) + 1) / 8, 0);
    return `<rect x="${round(x)}" y="${round(y - 10)}" width="${round(cells * CHAR)}" height="11" fill="${palette[colour]}"/>`;
  }
  const lead = text.length - text.trimStart().length;
  const shown = text.trim();
  if (shown === "") return "";
  const weight = isBold ? ' font-weight="700"' : "";
  const at = `x="${round(x + lead * CHAR)}" y="${round(y)}" textLength="${round(shown.length * CHAR)}"`;
  return `<text ${at} fill="${palette[colour]}"${weight}>${escaped(shown)}</text>`;
}

function svgOf(lines) {
  const rows = lines.flatMap((line, row) => {
    let column = 0;
    return pieces(line).map((piece) => {
      const element = drawn(piece, column, TITLE + MARGIN + row * LINE + 6);
      column += piece.text.length;
      return element;
    });
  });
  const width = Math.round(WIDTH * CHAR + 2 * MARGIN);
  const height = TITLE + MARGIN + lines.length * LINE + 8;
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
    (fill, at) => `<circle cx="${20 + at * 20}" cy="17" r="6" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="13" xml:space="preserve">
<title id="title">The first screen of weir demo: conversations of AWS and Azure, each counted once, and a question with its answer</title>
<rect width="${width}" height="${height}" rx="8" fill="#0f1419"/>
${[...dots, ...rows].filter((element) => element !== "").join("\n")}
</svg>
`;
}

const screen = demoScreen()
  .replace(/, [\d.]+ s, [\d.]+ ?[kM]? records\/s/, "")
  .trimEnd()
  .split("\n");
// What follows are further commands; the README has them as text.
const end = screen.findIndex((line) => line.includes("Go on with"));
const shown = screen.slice(0, end).join("\n").trimEnd().split("\n");
writeFileSync(
  new URL("../docs/demo.svg", import.meta.url),
  svgOf([`${ESCAPE}[2m$${ESCAPE}[22m ${ESCAPE}[1mweir demo${ESCAPE}[22m`, "", ...shown]),
);
