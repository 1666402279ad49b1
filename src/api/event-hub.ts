import type { KeeperEvent, LakeKeeper } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import type { ConfigErrorJson, ServerEvent } from "./contract/index.ts";

/** Proxies and browsers give up connections that are silent for long. */
const HEARTBEAT_MS = 15_000;
const MOST_CLIENTS = 500;
const encoder = new TextEncoder();

/** One page that listens. What it has not taken yet is kept by topic: of each only the newest, so it never grows. */
interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly pending: Map<string, string>;
}

/** Tells open pages what happens. A page that is slow or gone costs nothing and misses no last state. */
export class EventHub {
  readonly #keeper: LakeKeeper;
  readonly #clients = new Set<Client>();
  #configError: ConfigErrorJson | null = null;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(keeper: LakeKeeper) {
    this.#keeper = keeper;
  }

  start(): void {
    this.#stopListening = this.#keeper.listen((event) => {
      const told = serverEvent(event);
      if (told !== undefined) for (const client of this.#clients) offer(client, told);
    });
    this.#heartbeat = setInterval(() => {
      // Who does not take anything is told nothing more.
      for (const { controller } of this.#clients)
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": \n\n"));
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** What is wrong with the configuration as it is now, where what it said before stays in force; null: nothing. */
  get configError(): ConfigErrorJson | null {
    return this.#configError;
  }

  /** Tells open pages, and who opens one later. */
  configIs(error: ConfigErrorJson | null): void {
    this.#configError = error;
    for (const client of this.#clients) offer(client, { type: "config", error });
  }

  /** @returns events as they come, beginning with the state of the lake @throws WeirError `too-many-requests` */
  stream(): ReadableStream<Uint8Array> {
    if (this.#clients.size >= MOST_CLIENTS)
      throw new WeirError({
        code: "too-many-requests",
        kind: "environment",
        message: `${MOST_CLIENTS} pages listen already`,
        next: "Close some, or ask without listening.",
      });
    let client: Client;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        client = { controller, pending: new Map() };
        this.#clients.add(client);
        const { lake } = this.#keeper;
        if (lake !== undefined) offer(client, lakeEvent(lake));
        offer(client, { type: "config", error: this.#configError });
      },
      pull: () => flush(client),
      cancel: () => {
        this.#clients.delete(client);
      },
    });
  }

  stop(): void {
    this.#stopListening?.();
    clearInterval(this.#heartbeat);
    for (const { controller } of this.#clients) controller.close();
    this.#clients.clear();
  }
}

function offer(client: Client, event: ServerEvent): void {
  const topic = event.type === "collect" ? `collect ${event.source}` : event.type;
  // The newest goes to the end: what is told last happened last.
  client.pending.delete(topic);
  client.pending.set(topic, `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  flush(client);
}

function flush({ controller, pending }: Client): void {
  for (const [topic, text] of pending) {
    if ((controller.desiredSize ?? 0) <= 0) return;
    pending.delete(topic);
    controller.enqueue(encoder.encode(text));
  }
}

function lakeEvent({ version, newestFlow, dirtyHours }: NonNullable<LakeKeeper["lake"]>): ServerEvent {
  const newest = newestFlow === null ? null : new Date(newestFlow / 1000).toISOString();
  return { type: "lake", version, newest_flow: newest, dirty_hours: dirtyHours };
}

function serverEvent(event: KeeperEvent): ServerEvent | undefined {
  switch (event.kind) {
    case "lake":
      return lakeEvent(event.lake);
    case "collect": {
      const { source, state, objects, records, bytes, message } = event;
      const totals = { objects_total: event.objectsTotal, bytes_total: event.bytesTotal };
      return { type: "collect", source, state, objects, records, bytes, message, ...totals };
    }
    case "derive": {
      const { state, hours, hoursTotal, message } = event;
      return { type: "derive", state, hours, hours_total: hoursTotal, message };
    }
    // Asked for with the sources.
    case "sources":
    case "upkeep":
      return undefined;
  }
}
