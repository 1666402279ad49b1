import type { RequestCounts } from "../remote.ts";

/** Error names that tell to slow down: `smithy` clients know the same ones as throttling. */
const THROTTLING =
  /^(Throttl\w*|\w*Throttled(Exception)?|TooManyRequests(Exception)?|SlowDown|RequestLimitExceeded|BandwidthLimitExceeded|LimitExceededException|ProvisionedThroughputExceededException|PriorRequestNotComplete|TransactionInProgressException)$/;

type Handler = (args: object) => Promise<object>;
interface HandlerContext {
  readonly commandName?: string;
}
interface MiddlewareStack {
  add(middleware: (next: Handler, context: HandlerContext) => Handler, options: object): void;
}
/** Any client of the AWS SDK: the types of its middleware are its own, and nothing here depends on them. */
interface CountedClient {
  readonly middlewareStack: { use(plugin: never): void };
}

/** Counts every request that clients of one source really send, repeated ones too. */
export class RequestCounter implements RequestCounts {
  lists = 0;
  gets = 0;
  others = 0;
  bytes = 0;
  throttled = 0;
  retries = 0;

  /** Has a client's requests counted. */
  watch<Client extends CountedClient>(client: Client): Client {
    const plugin = {
      applyToStack: (stack: MiddlewareStack): void => {
        stack.add((next, context) => this.#sent(next, context), {
          step: "finalizeRequest",
          // Behind the retries: once for each attempt.
          priority: "low",
          name: "weirCountRequests",
          override: true,
        });
      },
    };
    client.middlewareStack.use(plugin as never);
    return client;
  }

  #sent(next: Handler, { commandName = "" }: HandlerContext): Handler {
    let attempts = 0;
    return async (args) => {
      if (/^(List|Describe|Filter|Lookup)/.test(commandName)) this.lists++;
      else if (/^(Get|Head)/.test(commandName)) this.gets++;
      else this.others++;
      if (attempts++ > 0) this.retries++;
      try {
        return await next(args);
      } catch (error) {
        if (isThrottling(error)) this.throttled++;
        throw error;
      }
    };
  }
}

/** Whether a cloud said that it is asked too often. */
export function isThrottling(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === 429 || status === 503 || THROTTLING.test(error.name);
}
