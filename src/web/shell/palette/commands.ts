import { formatAddress, parseAddress } from "#base/address.js";
import type { FoundJson, SavedViewJson } from "#api/contract/index.js";
import { lintFilter } from "#filter/index.js";
import { readNaturalRange, type TimeReading } from "../../state/natural-time.ts";
import { presets } from "../../state/time-range.ts";
import { pages } from "../pages.ts";

/** What a command does, as data: the palette runs it. */
export type CommandAct =
  | { readonly kind: "page"; readonly path: string; readonly changes?: Readonly<Record<string, string>> }
  | { readonly kind: "link"; readonly href: string }
  | { readonly kind: "time"; readonly from: string; readonly to: string }
  | { readonly kind: "theme"; readonly theme: "light" | "dark" | "system" }
  | { readonly kind: "value"; readonly field: string; readonly value: string; readonly negate: boolean }
  | { readonly kind: "filter"; readonly filter: string };

export interface Command {
  readonly title: string;
  readonly detail?: string;
  readonly section: string;
  /** Keys that do the same. */
  readonly keys?: string;
  readonly act: CommandAct;
}

/** What the server found for what was typed. */
export interface Known {
  readonly found: FoundJson["found"];
  /** Whether that is what the server says of just this text, and not of what was typed before. */
  readonly isAnswered: boolean;
  readonly views: readonly SavedViewJson[];
}

/** Commands of one section at most. */
const MOST = 8;

/** What may be meant, the likeliest first. */
export function commandsFor(typed: string, known: Known, reading: TimeReading): readonly Command[] {
  const text = typed.trim();
  const fixed = [...pageCommands, ...views(known.views), ...timeCommands, ...themeCommands];
  if (text === "") return [...pageCommands, ...views(known.views), ...timeCommands.slice(0, MOST), ...themeCommands];
  const meant = matching(fixed, text);
  const begin = meant.filter(({ title }) => title.toLowerCase().startsWith(text.toLowerCase()));
  const address = addressCommands(text, known);
  return [
    ...whyCommand(text),
    ...(address.isUnseen ? [] : address.commands),
    // What the server finds comes a moment later, and must not push away what Enter was meant for.
    ...begin,
    ...entities(known.found.filter(({ kind, id }) => kind !== "address" || id !== address.opens)),
    ...(address.isUnseen ? address.commands : []),
    ...meant.filter((command) => !begin.includes(command)),
    ...timeInWords(text, reading),
    ...filterCommand(text),
  ];
}

const pageCommands: readonly Command[] = pages.map(({ path, title, key }) => ({
  title,
  section: "Pages",
  keys: `g ${key}`,
  act: { kind: "page", path },
}));

const timeCommands: readonly Command[] = presets.map(({ title, from }) => ({
  title,
  section: "Time",
  act: { kind: "time", from, to: "" },
}));

const themeCommands: readonly Command[] = (
  [
    ["light", "Light theme"],
    ["dark", "Dark theme"],
    ["system", "Theme of the machine"],
  ] as const
).map(([theme, title]) => ({ title, section: "Theme", act: { kind: "theme", theme } }));

function views(saved: readonly SavedViewJson[]): Command[] {
  return saved.map(({ name, page, search, shared }) => ({
    title: name,
    section: "Saved views",
    ...(shared && { detail: "shared" }),
    act: { kind: "link", href: `${page}${search === "" ? "" : `?${search.replace(/^\?/, "")}`}` },
  }));
}

function entities(found: FoundJson["found"]): Command[] {
  return found.slice(0, MOST).map(({ kind, id, name, detail }) => ({
    title: name ?? id,
    section: "Entities",
    detail: [kind, name === null ? undefined : id, detail ?? undefined]
      .filter((each) => each !== undefined)
      .join(" · "),
    act: { kind: "page", path: "/entity", changes: { kind, id } },
  }));
}

/** Commands whose words begin with what was typed before those that merely have it in them. */
function matching(commands: readonly Command[], text: string): Command[] {
  const wanted = text.toLowerCase();
  const rank = ({ title }: Command): number => {
    const words = title.toLowerCase();
    if (words.startsWith(wanted)) return 0;
    if (words.includes(` ${wanted}`)) return 1;
    return words.includes(wanted) ? 2 : 3;
  };
  return commands.filter((command) => rank(command) < 3).toSorted((a, b) => rank(a) - rank(b));
}

/** `why A B:port`, and `A B:port` for who leaves the word out. */
function whyCommand(text: string): Command[] {
  const [, client, server] = /^why\s+("[^"]+"|\S+)\s+(?:to\s+)?("[^"]+"|\S+)$/i.exec(text) ?? [];
  if (client === undefined || server === undefined) return [];
  const bare = (word: string): string => word.replaceAll('"', "");
  return [
    {
      title: `Why can ${bare(client)} not reach ${bare(server)}?`,
      section: "Path",
      act: { kind: "page", path: "/path", changes: { client: bare(client), server: bare(server) } },
    },
  ];
}

/** What can be done with an address that was typed. */
interface AddressCommands {
  readonly commands: readonly Command[];
  /** The address whose page one of them opens. */
  readonly opens?: string;
  /** Nobody saw it, but others that begin so: those may be meant. */
  readonly isUnseen?: boolean;
}

/** An address or a block, perhaps behind `only` or `not`. */
function addressCommands(text: string, { found, isAnswered }: Known): AddressCommands {
  const [, word = "", value = ""] = /^(?:(only|not)\s+)?(\S+)$/i.exec(text) ?? [];
  const [address = "", bits] = value.split("/");
  const words = parseAddress(address);
  if (words === undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return { commands: [] };
  if (lintFilter(`ip = ${value}`, "conversations").length > 0) return { commands: [] };
  const only: Command = {
    title: `Only ${value}`,
    detail: "at either end",
    section: "Filter",
    act: { kind: "value", field: "ip", value, negate: false },
  };
  const not: Command = { ...only, title: `Not ${value}`, act: { kind: "value", field: "ip", value, negate: true } };
  if (word.toLowerCase() === "only") return { commands: [only] };
  if (word.toLowerCase() === "not") return { commands: [not] };
  if (bits !== undefined) return { commands: [only, not] };
  const opens = formatAddress(words);
  const seen = found.find(({ kind, id }) => kind === "address" && id === opens);
  const open: Command = {
    title: `Open ${value}`,
    section: "Entities",
    detail: ["address", seen?.name, isAnswered && seen === undefined ? "not seen in the last month" : undefined]
      .filter((each) => typeof each === "string")
      .join(" · "),
    act: { kind: "page", path: "/entity", changes: { kind: "address", id: value } },
  };
  return {
    commands: [open, only, not],
    opens,
    isUnseen: isAnswered && seen === undefined && found.length > 0,
  };
}

function timeInWords(text: string, reading: TimeReading): Command[] {
  const range = readNaturalRange(text, reading);
  if (range === undefined) return [];
  return [{ title: `Show ${text}`, section: "Time", act: { kind: "time", ...range } }];
}

function filterCommand(text: string): Command[] {
  if (lintFilter(text, "conversations").length > 0) return [];
  return [{ title: `Filter by ${text}`, section: "Filter", act: { kind: "filter", filter: text } }];
}
