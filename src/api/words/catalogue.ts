import { datasetFields, datasetNames } from "#model/datasets.js";
import { measureOf, measuresOf } from "#model/measures.js";
import type { CatalogueJson } from "../contract/index.ts";

/** Fields and measures of each dataset. */
export function catalogueJson(): CatalogueJson {
  return {
    datasets: datasetNames.map((name) => ({
      name,
      fields: datasetFields(name).map((field) => ({
        name: field.name,
        heading: field.heading,
        description: field.description,
        type: field.type,
        aliases: [...field.aliases],
        values: field.values === undefined ? null : [...field.values],
        groupable: field.groupable,
      })),
      measures: measuresOf(name).map((measure) => {
        const { heading, description, unit, adds } = measureOf(measure);
        return { name: measure, heading, description, unit: unit ?? null, adds };
      }),
    })),
  };
}
