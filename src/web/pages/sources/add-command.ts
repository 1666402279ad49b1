/** What `weir add` is told of a kind of place: fields of a form, and the command that they make. */

export interface PlaceField {
  readonly name: string;
  readonly label: string;
  /** Shown in the empty field, and in the command until something is written. */
  readonly example: string;
  readonly hint?: string;
  /** Without it there is no command. */
  readonly isNeeded?: boolean;
}

export interface PlaceKind {
  readonly kind: string;
  readonly label: string;
  readonly fields: readonly PlaceField[];
  /** What has to be set where the command runs; never a secret itself. */
  readonly before: string;
  /** @param given what was written, or the examples of what is needed */
  readonly command: (given: Readonly<Record<string, string>>) => string;
}

const NAME: PlaceField = {
  name: "name",
  label: "Name",
  example: "production",
  hint: "What pages call it; else its own name.",
};
const SINCE: PlaceField = {
  name: "since",
  label: "Nothing older than",
  example: "-7d",
  hint: "A date, or -7d; else all that is there.",
};

const options = (given: Readonly<Record<string, string>>, ...names: readonly string[]): string =>
  names.map((name) => (given[name] === undefined ? "" : ` --${name} ${quoted(given[name])}`)).join("");

/** Every kind of place that `weir add` knows, and the endpoint that others push to. */
export const placeKinds: readonly PlaceKind[] = [
  {
    kind: "s3",
    label: "AWS: S3 bucket",
    before: "Credentials are those of the AWS command line: a profile, environment variables, or the machine’s role.",
    fields: [
      { name: "bucket", label: "Bucket", example: "org-flow-logs", isNeeded: true },
      {
        name: "prefix",
        label: "Prefix",
        example: "network/",
        hint: "In front of AWSLogs/; flow logs below are found.",
      },
      NAME,
      SINCE,
      {
        name: "role-arn",
        label: "Role to take",
        example: "arn:aws:iam::111122223333:role/weir",
        hint: "Of another account.",
      },
      { name: "external-id", label: "External id", example: "7f3a", hint: "If the role’s trust policy asks for one." },
      { name: "queue", label: "SQS queue", example: "https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs" },
    ],
    command: (given) =>
      `weir add ${quoted(`s3://${given["bucket"]}${given["prefix"] === undefined ? "" : `/${given["prefix"]}`}`)}${options(given, "name", "since", "role-arn", "external-id", "queue")}`,
  },
  {
    kind: "cloudwatch",
    label: "AWS: CloudWatch log group",
    before:
      "Credentials are those of the AWS command line. From one log group some 10 MB a second can be read at most; S3 is cheaper.",
    fields: [
      { name: "region", label: "Region", example: "eu-west-1", isNeeded: true },
      { name: "group", label: "Log group", example: "vpc-flow-logs", isNeeded: true },
      NAME,
      SINCE,
      { name: "role-arn", label: "Role to take", example: "arn:aws:iam::111122223333:role/weir" },
    ],
    command: (given) =>
      `weir add ${quoted(`cloudwatch://${given["region"]}/${given["group"]}`)}${options(given, "name", "since", "role-arn")}`,
  },
  {
    kind: "azure",
    label: "Azure: storage account",
    before:
      "Sign in with az login or a managed identity; or put a key, a SAS or a connection string into an environment variable and name it.",
    fields: [
      { name: "account", label: "Storage account", example: "nwlogs", isNeeded: true },
      {
        name: "container",
        label: "Container",
        example: "insights-logs-flowlogflowevent",
        hint: "VNet flow logs; insights-logs-networksecuritygroupflowevent holds those of NSGs.",
        isNeeded: true,
      },
      NAME,
      SINCE,
      {
        name: "secret",
        label: "Variable with the secret",
        example: "env:NWLOGS_SAS",
        hint: "Its name, not the secret.",
      },
      { name: "queue", label: "Event queue", example: "azqueue://nwlogs/flow-log-events" },
    ],
    command: (given) =>
      `weir add ${quoted(`azblob://${given["account"]}/${given["container"]}`)}${options(given, "name", "since", "secret", "queue")}`,
  },
  {
    kind: "gcs",
    label: "Google Cloud: storage bucket",
    before: "An HMAC key of a service account, as ID:SECRET in an environment variable.",
    fields: [
      { name: "bucket", label: "Bucket", example: "vpc-flow-sink", isNeeded: true },
      {
        name: "secret",
        label: "Variable with the key",
        example: "env:GCS_HMAC",
        hint: "Its name, not the key.",
        isNeeded: true,
      },
      NAME,
      SINCE,
    ],
    command: (given) => `weir add ${quoted(`gs://${given["bucket"]}`)}${options(given, "secret", "name", "since")}`,
  },
  {
    kind: "push",
    label: "Push: Firehose, or anything with HTTP",
    before:
      "Make a key (openssl rand -hex 32) and put it into a file, or into an environment variable where weir serve runs. Then these lines into weir.yaml:",
    fields: [
      {
        name: "name",
        label: "Name",
        example: "edge",
        hint: "Small letters, digits, - and _: it stands in the address.",
        isNeeded: true,
      },
      {
        name: "access_key",
        label: "File or variable with the key",
        example: "file:/etc/weir/edge.key",
        hint: "file:/path or env:NAME, not the key.",
        isNeeded: true,
      },
    ],
    command: (given) =>
      ["sources:", `  - name: ${given["name"]}`, "    push: any", `    access_key: ${given["access_key"]}`].join("\n"),
  },
  {
    kind: "folder",
    label: "A folder of this machine",
    before: "Where Weir runs; files that grow are read on from where they ended.",
    fields: [{ name: "folder", label: "Folder", example: "/srv/flow-logs", isNeeded: true }, NAME],
    command: (given) => `weir add ${quoted(given["folder"] ?? "")}${options(given, "name")}`,
  },
];

/** The command for what was written so far. */
export function commandOf(kind: PlaceKind, written: Readonly<Record<string, string>>): string {
  return kind.command(givenOf(kind, written));
}

/** What was written, and examples of what is needed and was not. */
export function givenOf({ fields }: PlaceKind, written: Readonly<Record<string, string>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const { name, example, isNeeded } of fields) {
    const text = (written[name] ?? "").trim();
    if (text !== "") given[name] = text;
    else if (isNeeded === true) given[name] = example;
  }
  return given;
}

/** A word for a shell: whatever is in it is not read by the shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
