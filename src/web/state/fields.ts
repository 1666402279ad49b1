/** A column's name as filters are written: `client_ip` is `client.ip`. */
export function fieldText(name: string): string {
  return name.replace(/^(client|server|src|dst)_/, "$1.");
}

const cloudNames: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

/** Clouds as people write them: `aws+azure` is `AWS + Azure`. */
export function cloudText(value: string): string {
  return value
    .split("+")
    .map((cloud) => cloudNames[cloud] ?? cloud)
    .join(" + ");
}
