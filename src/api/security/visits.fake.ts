import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { withAccounts } from "#access/index.js";
import type { SessionJson } from "#api/contract/index.js";
import type { Role } from "#model/roles.js";
import { flowLines } from "../../../test/aws-lines.ts";
import { startServer, type Server } from "../../../test/server.ts";
import { ingest } from "../../../test/weir.ts";

export const PASSWORD = "four words and a fish";

/** The users of every test's lake: one of each role. */
export const people: Readonly<Record<Role, string>> = { admin: "anna", analyst: "ben", viewer: "vera" };

/** The built product serving a small real lake with users, for the tests around it. */
export class ServedLake {
  dataDir = "";
  #server: Server | undefined;
  #folder = "";

  /** Starts it before the tests of a file, and ends it after them. */
  static forTests(...args: string[]): ServedLake {
    const lake = new ServedLake();
    beforeAll(() => lake.start(args));
    afterAll(async () => {
      await lake.stop();
      rmSync(lake.#folder, { recursive: true });
    });
    return lake;
  }

  get server(): Server {
    if (this.#server === undefined) throw new Error("the server was not started");
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  async start(args: readonly string[]): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), "weir-access-"));
    this.dataDir = join(this.#folder, "lake");
    const logs = join(this.#folder, "flows.log");
    writeFileSync(logs, flowLines(0, 200));
    ingest(this.dataDir, logs);
    for (const [role, name] of Object.entries(people))
      await withAccounts(this.dataDir, "test", async (accounts) => ({
        result: await accounts.addUser(name, PASSWORD, role as Role),
      }));
    this.#server = await startServer(this.dataDir, ...args);
  }

  async stop(): Promise<number | null> {
    return this.server.stop();
  }

  /** A token of one of the people, made at the command line. */
  async token(role: Role, of: Role = role): Promise<{ id: string; secret: string }> {
    return withAccounts(this.dataDir, "test", async (accounts) => {
      const { token, secret } = await accounts.createToken({ user: people[of], name: `for ${role}`, role });
      return { result: { id: token.id, secret } };
    });
  }
}

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A browser that keeps its cookie, as the page uses it. */
export class Browser {
  readonly #url: string;
  /** `name=secret`, as it goes back. */
  cookie: string | undefined;
  csrf: string | null = null;

  constructor({ url }: { readonly url: string }) {
    this.#url = url;
  }

  async send(path: string, { method = "GET", body, headers = {} }: Sent = {}): Promise<Response> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.cookie !== undefined && { cookie: this.cookie }),
        ...(this.csrf !== null && { "x-weir-csrf": this.csrf }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const given = response.headers.get("set-cookie");
    if (given !== null) this.cookie = given.split(";")[0];
    return response;
  }

  /** @returns the status, and the problem's code if there is one */
  async result(path: string, sent: Sent = {}): Promise<string> {
    const response = await this.send(path, sent);
    const text = await response.text();
    return response.ok ? String(response.status) : `${response.status} ${(JSON.parse(text) as { code: string }).code}`;
  }

  async session(): Promise<SessionJson> {
    return (await (await this.send("/session")).json()) as SessionJson;
  }

  async signIn(name: string, password = PASSWORD): Promise<Response> {
    const response = await this.send("/session", { method: "POST", body: { name, password } });
    if (response.ok) this.csrf = ((await response.clone().json()) as SessionJson).csrf;
    return response;
  }
}

export const question = { measures: ["flows"], dataset: "flows", from: "2026-03-03", to: "2026-03-04" };
