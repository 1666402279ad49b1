import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { SourceJson, SourcesJson } from "../src/api/contract/index.ts";
import { DuckDBInstance } from "@duckdb/node-api";
import { openCatalog } from "../src/catalog/index.ts";
import { segmentsSql } from "../src/store/lake/read-segments.ts";
import { flowLine } from "./aws-lines.ts";
import { eventually, serve, type Served } from "./served.ts";

/** The key of the sources that tests push to. */
export const KEY = "a-key-of-the-tests-and-of-nothing-else";

/** A message of a CloudWatch Logs subscription: lines `from` to `to` (without it), an event each. */
export function cloudWatch(from: number, to: number): string {
  return JSON.stringify({
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: "flows",
    logStream: "eni-0a1b2c3d-all",
    subscriptionFilters: ["all"],
    logEvents: Array.from({ length: to - from }, (_, at) => ({
      id: String(at),
      timestamp: 1_772_539_300_000,
      message: flowLine(from + at),
    })),
  });
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A server with the sources `edge` (any), `hose` (firehose) and `custom` (any, with a layout of its own). */
export class PushedLake {
  readonly dataDir: string;
  #served: Served | undefined;

  /** @param more lines of weir.yaml */
  constructor(folder: string, more: readonly string[] = []) {
    this.dataDir = join(folder, "lake");
    mkdirSync(this.dataDir, { recursive: true });
    writeFileSync(join(folder, "key"), `${KEY}\nthe-next-key-of-the-tests\n`);
    const key = `access_key: "file:${join(folder, "key")}"`;
    const custom = "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${bytes} ${start} ${end} ${action}";
    writeFileSync(
      join(this.dataDir, "weir.yaml"),
      [
        "sources:",
        `  - { name: edge, push: any, ${key} }`,
        `  - { name: hose, push: firehose, ${key} }`,
        `  - { name: custom, push: any, ${key}, log_format: "${custom}" }`,
        ...more,
      ].join("\n"),
    );
  }

  /** Tells the layout of a source from the next start on. */
  withFormat(name: string, format: string): void {
    const path = join(this.dataDir, "weir.yaml");
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text.replace(`name: ${name},`, `name: ${name}, log_format: "${format.replaceAll("$", "$$$$")}",`),
    );
  }

  get served(): Served {
    if (this.#served === undefined) throw new Error("the server was not started");
    return this.#served;
  }

  async start(...args: string[]): Promise<Served> {
    this.#served = await serve(this.dataDir, ...args);
    return this.#served;
  }

  /** Sends something as it stands. @throws when the connection is lost */
  async post(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
    const length = { "content-length": String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.served.url}${path}`,
        { method: "POST", headers: { ...length, ...headers } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** Sends records as Firehose does. */
  async firehose(id: string, data: readonly (string | Buffer)[], change: FirehoseChange = {}): Promise<RawAnswer> {
    const { key = KEY, source = "hose", headers = {}, encode = (body) => Buffer.from(body) } = change;
    const records = data.map((each) => ({ data: Buffer.from(each).toString("base64") }));
    const body = JSON.stringify({ requestId: id, timestamp: 1_578_090_901_599, records });
    return this.post(`/push/${source}/firehose`, encode(body), {
      "content-type": "application/json",
      "x-amz-firehose-protocol-version": "1.0",
      "x-amz-firehose-request-id": id,
      "x-amz-firehose-access-key": key,
      ...headers,
    });
  }

  async source(name: string): Promise<SourceJson> {
    const { sources } = await this.served.get<SourcesJson>("/sources");
    const found = sources.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no source ${name}`);
    return found;
  }

  /** Waits until everything that was pushed to a source is in the lake. */
  async settled(name: string): Promise<SourceJson> {
    return eventually(
      async () => this.source(name),
      ({ push, state }) => push?.waiting_bytes === 0 && state !== "collecting",
    );
  }
}

interface FirehoseChange {
  readonly key?: string;
  readonly source?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly encode?: (body: string) => Buffer;
}

/** The numbers of the flows in the lake: each line of the tests tells its own in its bytes. */
export async function numbersIn({ dataDir }: { readonly dataDir: string }): Promise<number[]> {
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "read" });
  const { segments } = catalog.snapshot();
  catalog.close();
  if (segments.flows.length === 0) return [];
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT src_bytes::BIGINT - 1000 FROM ${segmentsSql("flows", segments.flows, dataDir)} ORDER BY 1`,
  );
  const numbers = result.getRows().map(([number]) => Number(number));
  connection.closeSync();
  instance.closeSync();
  return numbers;
}
