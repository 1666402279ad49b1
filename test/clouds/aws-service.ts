import { AwsKeys, type AwsIdentity } from "./aws-keys.ts";
import { AwsFault, signatureFaultOf, type FaultDialect } from "./aws-faults.ts";
import { checkSignature } from "./aws-signature.ts";
import { pause, serveHttp, sizeOf, type Asked, type HttpService, type Told } from "./http-service.ts";
import { RequestLog } from "./request-log.ts";

/** A call of an operation, its signature verified. */
export interface AwsCall {
  readonly operation: string;
  readonly asked: Asked;
  readonly identity: AwsIdentity;
  /** The region that it is signed for. */
  readonly region: string;
}

/** How a service speaks. */
export interface AwsProtocol {
  operationOf(asked: Asked): string;
  tell(operation: string, output: unknown): Told;
  tellFault(fault: AwsFault): Told;
}

/** What a requester may not do: sqs:ReceiveMessage, on resources whose ARN has this text in it. */
export interface AwsDenial {
  readonly action: string;
  readonly resource?: string;
  /** How the message ends, where nothing allows the action. */
  readonly why?: string;
}

export interface AwsServiceOptions {
  readonly keys?: AwsKeys;
  /** Before each answer, by operation. */
  readonly latencyMs?: Readonly<Record<string, number>>;
  /** The server's clock, milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * The common part of the services that are no S3: it verifies signatures, logs, waits, denies, and tells in a protocol
 * what an operation gives or throws. A subclass performs the operations.
 */
export abstract class AwsService implements HttpService {
  readonly log = new RequestLog();
  readonly keys: AwsKeys;
  /** Asked before each call; what it returns is thrown. */
  before: ((operation: string) => AwsFault | undefined) | undefined;
  readonly #options: AwsServiceOptions;
  readonly #denials = new Set<AwsDenial>();
  #service: HttpService | undefined;

  protected abstract readonly protocol: AwsProtocol;
  protected abstract readonly dialect: FaultDialect;
  /** Prefix of actions, such as sqs. */
  protected abstract readonly prefix: string;
  /** Operations that need no signature. */
  protected readonly unsigned: readonly string[] = [];

  constructor(options: AwsServiceOptions) {
    this.#options = options;
    this.keys = options.keys ?? new AwsKeys();
  }

  /** Performs a call. @returns its output, in the protocol's terms @throws AwsFault */
  protected abstract perform(call: AwsCall): unknown;

  /** Starts to listen; subclasses have it done by their `start`. */
  protected async listen(): Promise<this> {
    this.#service = await serveHttp((asked) => this.#answer(asked));
    return this;
  }

  get url(): string {
    return this.#service?.url ?? "";
  }

  async close(): Promise<void> {
    await this.#service?.close();
  }

  get nowMs(): number {
    return this.#options.now?.() ?? Date.now();
  }

  /** Denies from now on. @returns what allows it again */
  deny(denial: AwsDenial): () => void {
    this.#denials.add(denial);
    return () => this.#denials.delete(denial);
  }

  /** @throws AwsFault when it is denied to do this to that */
  protected mustBeAllowed({ operation, identity }: AwsCall, resource: string): void {
    const action = `${this.prefix}:${operation}`;
    for (const denial of this.#denials) {
      if (denial.action !== action || !resource.includes(denial.resource ?? "")) continue;
      const [status, code] = this.dialect.denied;
      const why = denial.why ?? `because no identity-based policy allows the ${action} action`;
      throw new AwsFault(
        status,
        code,
        this.deniedMessage(`${action} on resource: ${resource} ${why}`, action, identity),
      );
    }
  }

  protected deniedMessage(what: string, _action: string, identity: AwsIdentity): string {
    return `User: ${identity.arn} is not authorized to perform: ${what}`;
  }

  async #answer(asked: Asked): Promise<Told> {
    const operation = this.protocol.operationOf(asked);
    await pause(this.#options.latencyMs?.[operation] ?? 0);
    const { told, fault, identity } = await this.#try(operation, asked);
    this.log.add({
      operation,
      subject: String(asked.headers["x-amz-target"] ?? operation),
      status: told.status,
      bytes: sizeOf(told),
      ...(identity === undefined ? {} : { arn: identity.arn }),
      ...(fault === undefined ? {} : { code: fault.code }),
    });
    const headers = {
      date: new Date(this.nowMs).toUTCString(),
      "x-amzn-requestid": `request-${this.log.calls.length}`,
    };
    return { ...told, headers: { ...headers, ...told.headers } };
  }

  async #try(operation: string, asked: Asked): Promise<{ told: Told; fault?: AwsFault; identity?: AwsIdentity }> {
    let identity: AwsIdentity | undefined;
    try {
      const { nowMs } = this;
      const injected = this.before?.(operation);
      if (injected !== undefined) throw injected;
      const signature = this.unsigned.includes(operation)
        ? { identity: nobody, region: "" }
        : checkSignature(asked, this.keys, nowMs);
      if ("fault" in signature) throw signatureFaultOf(this.dialect, signature.fault, signature.requestMs, nowMs);
      ({ identity } = signature);
      const output = await this.perform({ operation, asked, identity, region: signature.region });
      return { told: this.protocol.tell(operation, output), identity };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { told: this.protocol.tellFault(error), fault: error, ...(identity === undefined ? {} : { identity }) };
    }
  }
}

const nobody: AwsIdentity = {
  accessKeyId: "",
  secretAccessKey: "",
  account: "",
  arn: "arn:aws:iam::000000000000:anonymous",
};
