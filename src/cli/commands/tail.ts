import { tailLake, type Arrival } from "#app/index.js";
import { cellText, jsonText } from "#export/index.js";
import type { Cell } from "#model/answer.js";
import { protocolText } from "#model/protocols.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { humanBytes } from "#base/human.js";
import { clip, safeText, textWidth } from "../output/safe-text.ts";
import type { Style } from "../output/terminal.ts";

interface TailOptions extends DataOption {
  readonly since?: string;
  readonly once?: boolean;
  readonly count?: number;
  readonly format: "table" | "jsonl";
}

const headings = ["Began (UTC)", "", "Client", "Server", "Verdict", "State", "Bytes"] as const;
const widths = [19, 1, 24, 28, 8, 11, 9] as const;

/** `weir tail`: conversations as they are derived, until Ctrl-C, or until `--count` of them were told. */
export async function runTail(console: Console, filter: readonly string[], options: TailOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { since, once = false, count = Number.POSITIVE_INFINITY, format } = options;
  const { out, err } = console;
  await withInterrupt(async (signal) => {
    const request = {
      ...(filter.length > 0 && { filter: filter.join(" ") }),
      ...(since !== undefined && { since }),
      once,
      nowMs: Date.now(),
      signal,
    };
    let left = count;
    if (format === "table") await out.line(out.style(row([...headings]), "dim"));
    for await (const { rows, isCut } of tailLake(dataDir, request)) {
      for (const arrival of rows.slice(0, left))
        await out.line(format === "jsonl" ? jsonText(jsonOf(arrival)) : lineOf(arrival, console));
      left -= Math.min(left, rows.length);
      if (isCut && left > 0)
        await err.line(
          err.style(`more arrived at once than these ${rows.length}: narrow the filter, or ask weir query`, "yellow"),
        );
      if (left <= 0) break;
    }
  });
  return 0;
}

function jsonOf({ isNew, time, client_name, server_name, ...rest }: Arrival): Record<string, Cell> {
  return { event: isNew ? "new" : "update", hour: time, client_name, server_name, ...rest };
}

function lineOf(arrival: Arrival, { out }: Console): string {
  const { client_ip, client_name, server_ip, server_name, server_port, protocol, verdict, state } = arrival;
  const server = server_name ?? cellText(server_ip);
  const kind = protocol === null ? "" : `/${protocolText(Number(protocol))}`;
  const service = server_port === null ? kind : `:${cellText(server_port)}${kind}`;
  const bytes = Number(arrival.client_bytes ?? 0) + Number(arrival.server_bytes ?? 0);
  const attempted = Number(arrival.attempted_bytes ?? 0);
  const cells = [
    cellText(arrival.start_time).slice(0, 19).replace("T", " "),
    arrival.isNew ? "+" : "~",
    client_name ?? cellText(client_ip),
    clip(safeText(server), widths[3] - service.length) + service,
    cellText(verdict),
    cellText(state),
    humanBytes(bytes === 0 ? attempted : bytes),
  ];
  const style: Style | undefined =
    verdict === "denied" || verdict === "dropped" ? "red" : arrival.isNew ? undefined : "dim";
  const text = row(cells);
  return style === undefined ? text : out.style(text, style);
}

/** One line of fixed columns, so that lines that come later stand under the earlier ones. */
function row(cells: readonly string[]): string {
  const padded = cells.map((cell, at) => {
    const width = widths[at] ?? 0;
    const text = clip(safeText(cell), width);
    const pad = " ".repeat(Math.max(0, width - textWidth(text)));
    return at === cells.length - 1 ? pad + text : text + pad;
  });
  return padded.join("  ").trimEnd();
}
