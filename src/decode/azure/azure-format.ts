import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import {
  asObject,
  asText,
  type JsonObject,
  type JsonRecord,
  type JsonRecordDecoder,
  type JsonRecordFormat,
} from "../json/json-record.ts";
import { createNsgLayout } from "./nsg-record.ts";
import { RecordDecoder } from "./record-decoder.ts";
import { findTuple } from "./tuple-finder.ts";
import { createVnetLayout } from "./vnet-record.ts";

/** Azure's resource logs: NSG and VNet flow records are decoded, records of other categories are counted as filtered. */
export const azureFormat: JsonRecordFormat = {
  name: "azure",
  salvages: true,
  matches: (value) => kindOf(value) !== undefined,
  create: (context, output) => new AzureDecoder(context, output),
  textOf: (record, subPosition) => {
    const kind = kindOf(record.value);
    if (kind !== "nsg" && kind !== "vnet") return undefined;
    return findTuple(record, kind === "nsg" ? createNsgLayout() : createVnetLayout(), subPosition);
  },
};

type AzureKind = "nsg" | "vnet" | "other";

/** By category; where there is none, by the member that holds the flows. Never by the number of fields in a tuple. */
function kindOf(value: JsonObject): AzureKind | undefined {
  const category = asText(value["category"])?.toLowerCase();
  if (category === "flowlogflowevent") return "vnet";
  if (category === "networksecuritygroupflowevent") return "nsg";
  if (category !== undefined)
    return asText(value["resourceId"] ?? value["resourceID"]) === undefined ? undefined : "other";
  if (asObject(value["flowRecords"]) !== undefined) return "vnet";
  const properties = asObject(value["properties"]);
  return Array.isArray(properties?.["flows"]) ? "nsg" : undefined;
}

class AzureDecoder implements JsonRecordDecoder {
  readonly #context: ObjectContext;
  readonly #output: DecodeOutput;
  readonly #decoders: Partial<Record<"nsg" | "vnet", RecordDecoder>> = {};

  constructor(context: ObjectContext, output: DecodeOutput) {
    this.#context = context;
    this.#output = output;
  }

  decode(record: JsonRecord): void {
    const kind = kindOf(record.value);
    if (kind === "nsg" || kind === "vnet") this.#decoderOf(kind).decode(record);
    else {
      this.#output.count("filtered");
      this.#output.addNote(
        "other-category",
        "The object has Azure log records of other categories than flow logs; they were left out.",
      );
    }
  }

  flush(): void {
    for (const decoder of Object.values(this.#decoders)) decoder.flush();
  }

  #decoderOf(kind: "nsg" | "vnet"): RecordDecoder {
    const known = this.#decoders[kind];
    if (known !== undefined) {
      // Runs of the other kind end here: its facts are not this record's.
      this.#decoders[kind === "nsg" ? "vnet" : "nsg"]?.flush();
      return known;
    }
    this.flush();
    const decoder = new RecordDecoder(
      this.#context,
      this.#output,
      kind === "nsg" ? createNsgLayout() : createVnetLayout(),
    );
    this.#decoders[kind] = decoder;
    return decoder;
  }
}
