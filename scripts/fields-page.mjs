/** What a field of each type is, in the words of the page on filters. */
const kinds = {
  timestamp: "time",
  text: "text",
  json: "text",
  address: "address",
  service: "service",
  uint8: "number",
  uint16: "number",
  uint32: "number",
  uint64: "number",
  float64: "number",
};

const about = {
  conversations: "Exchanges between a client and a server, each counted once.",
  observations: "What one observer saw of one conversation, one direction at a time.",
  flows: "Records as the logs have them.",
  coverage: "Windows in which a cloud says that nothing passed, or that it lost records.",
  presence: "One address on one day.",
};

/**
 * docs/reference/fields.md: what filters, `--by` and completion take, of each dataset.
 * @param model the modules datasets.js, columns.js and measures.js of the model
 * @param page how the reference pages write things
 */
export function fieldsPage({ datasetNames, datasetFields, columnOf, measuresOf, measureOf }, page) {
  const { GENERATED, cell, code, tableOf } = page;
  /** As filters are written: the end, a dot, and the rest. */
  const written = (name) => code(name.replace(/^(client|server|src|dst)_/, "$1."));
  const isColumn = ({ name, columns }) => columns.length === 1 && columns[0] === name;
  // Columns of evidence have a page of their own, with their types and ids.
  const isTold = (field) => isColumn(field) && columnOf(field.name).id < 300;

  const row = (field) => {
    const unit = field.columns.length === 1 ? columnOf(field.columns[0]).unit : undefined;
    const meaning = [cell(field.description)];
    if (field.values !== undefined) meaning.push(`One of ${field.values.map(code).join(", ")}.`);
    const kind = `${kinds[field.type]}${unit === undefined ? "" : `, ${unit}`}`;
    return [
      written(field.name),
      kind,
      field.aliases.map(written).join(", "),
      field.groupable ? "yes" : "",
      meaning.join(" "),
    ];
  };
  const headings = ["field", "kind", "also called", "`--by`", "meaning"];
  const section = (dataset) => {
    const fields = datasetFields(dataset);
    const own = fields.filter((field) => !isTold(field));
    const others = fields.filter(isTold).map(({ name }) => written(name));
    const measures = measuresOf(dataset).map((name) => [
      code(name),
      measureOf(name).unit ?? "",
      cell(measureOf(name).description),
    ]);
    const parts = [`## ${dataset}`, about[dataset]];
    if (own.length > 0) parts.push(tableOf(headings, own.map(row)));
    if (others.length > 0)
      parts.push(
        `${own.length > 0 ? "And the" : "The"} columns of evidence, which [Columns](columns.md) explains: ${others.join(", ")}.`,
      );
    parts.push(`Measures:`, tableOf(["measure", "unit", "meaning"], measures));
    return parts.join("\n\n");
  };

  return `${GENERATED}

# Fields and measures

What [filters](filters.md) and \`--by\` take, and what can be counted, of each dataset. \`.\`, \`_\` and \`-\` are the same in a name, and
case makes no difference. A field of either end, such as \`ip\`, passes when one of the two ends does.

${datasetNames.map(section).join("\n\n")}
`;
}
