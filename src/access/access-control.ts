import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock, type Clock } from "#base/clock.js";
import { openCatalog, type AuditEntry, type Catalog } from "#catalog/index.js";
import { directWriter } from "./access-writer.ts";
import { Accounts } from "./accounts.ts";
import { AuditLog } from "./audit-log.ts";
import { SignIn } from "./sign-in.ts";
import { WriterThread } from "./writer-thread.ts";

/** Who may come in to a server, and what was done there. */
export class AccessControl {
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  readonly audit: AuditLog;
  readonly #catalog: Catalog;
  readonly #writer: WriterThread;

  private constructor(catalog: Catalog, writer: WriterThread, clock: Clock) {
    this.#catalog = catalog;
    this.#writer = writer;
    this.accounts = new Accounts(catalog.access, writer, clock);
    this.signIn = new SignIn(catalog.access, writer, clock);
    this.audit = new AuditLog(writer);
  }

  /** Opens the catalog of a lake, which is made if there is none. @throws WeirError when it cannot be written */
  static async open(dataDir: string, clock: Clock = systemClock): Promise<AccessControl> {
    const path = join(dataDir, "catalog.db");
    mkdirSync(dataDir, { recursive: true });
    const writer = new WriterThread(path);
    // First: it makes the tables where they are missing.
    await writer.start();
    return new AccessControl(openCatalog(path, { mode: "read", clock }), writer, clock);
  }

  /** Ends it when all entries of the audit log are written. @throws WeirError `audit-lost` */
  async close(): Promise<void> {
    try {
      await this.audit.close();
    } finally {
      await this.#writer.stop();
      this.#catalog.close();
    }
  }
}

/** What a command does with accounts, in this process, and what the audit log says of it. */
export interface AccountWork<T> {
  readonly result: T;
  /** Undefined: nothing was changed. */
  readonly audit?: Pick<AuditEntry, "action" | "target" | "detail">;
}

/** Runs a command's work on the accounts of a lake, and notes it. @param who the person at the command line */
export async function withAccounts<T>(
  dataDir: string,
  who: string,
  work: (accounts: Accounts) => Promise<AccountWork<T>>,
): Promise<T> {
  mkdirSync(dataDir, { recursive: true });
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "write" });
  try {
    const { result, audit } = await work(new Accounts(catalog.access, directWriter(catalog.access), systemClock));
    if (audit !== undefined)
      catalog.access.appendAudit([
        { ...audit, atMs: systemClock.now(), who, role: "admin", from: "command line", result: "ok", elapsedMs: null },
      ]);
    return result;
  } finally {
    catalog.close();
  }
}
