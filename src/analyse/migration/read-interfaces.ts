import type { TableReader } from "#query/index.js";
import { inScope, type LogsScope } from "../logs/read-facts.ts";
import { Draft, numberOf, readAll, textOf } from "../path-sql.ts";

/** One interface in one flow log of Azure's, over the range. */
export interface InterfaceInLog {
  readonly observer: string;
  readonly flowLog: string;
  readonly isNsg: boolean;
  readonly records: number;
  readonly first: number;
  readonly last: number;
  /** Blocks of 256 addresses that its machine's own addresses are in: `10.64.1.0/24`. */
  readonly blocks: readonly string[];
}

/**
 * The address of a tuple's own machine: the destination of what comes in, the source of what goes out. An appliance passes on what
 * is not its own; then the block says where the traffic belongs, which is all that it is used for.
 */
const OWN = "ip_text(if(direction = 'ingress', dst_ip, src_ip))";
const BLOCK = `if(contains(${OWN}, ':'), NULL, regexp_replace(${OWN}, '\\.\\d+$', '.0/24'))`;

/** Every interface of Azure's flow logs that wrote in the range. */
export async function readInterfaces(asked: LogsScope, reader: TableReader): Promise<InterfaceInLog[]> {
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT upper(observer_id), coalesce(flow_log_id, ''), log_type = 'azure_nsg', count(*), epoch_us(min(time)), epoch_us(max(time)), list_sort(list(DISTINCT ${BLOCK}))
     FROM flows WHERE ${inScope(asked, draft)} AND log_type IN ('azure_nsg', 'azure_vnet') AND observer_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    draft,
  );
  return rows.map(([observer, flowLog, isNsg, records, first, last, blocks]) => ({
    observer: textOf(observer),
    flowLog: textOf(flowLog),
    isNsg: isNsg === true,
    records: numberOf(records),
    first: numberOf(first),
    last: numberOf(last),
    blocks: Array.isArray(blocks) ? blocks.filter((block) => typeof block === "string") : [],
  }));
}
