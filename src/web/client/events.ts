import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import type { ServerEvent } from "#api/contract/index.js";
import { moveNow } from "../state/lake-time.ts";
import { SESSION_KEY } from "./session.ts";

type CollectEvent = Extract<ServerEvent, { type: "collect" }>;
type ConfigEvent = Extract<ServerEvent, { type: "config" }>;
type DeriveEvent = Extract<ServerEvent, { type: "derive" }>;

/** What the server told. */
export interface News {
  /** The lake has changed since the answers on screen were given. */
  readonly isStale: boolean;
  /** Runs of collecting by source: the newest state of each. */
  readonly collects: Readonly<Record<string, CollectEvent>>;
  readonly derive: DeriveEvent | undefined;
  /** What is wrong with the configuration of the server; null where nothing is. */
  readonly configError: ConfigEvent["error"];
}

let news: News = { isStale: false, collects: {}, derive: undefined, configError: null };
const watchers = new Set<() => void>();

function put(change: Partial<News>): void {
  news = { ...news, ...change };
  for (const tell of watchers) tell();
}

/** What the server told, now; the component is drawn again when it changes. */
export function useNews(): News {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => news,
  );
}

/** Keys of queries that do not depend on what somebody looks at: asked again as soon as the lake changes. */
const LIVE = new Set(["sources", "source-doctor", "objects", "calendar"]);

/** Asks everything on screen again: answers stay until the new ones come. */
export function refreshAnswers(client: QueryClient): void {
  put({ isStale: false });
  moveNow();
  void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}

const RETRY_MS = 20_000;
/** A lake that is written all the time must not have the page ask all the time. */
const LIVE_MS = 3000;

/** Listens to the server while the page is seen: a hidden page would only take a connection. Used once, around all pages. */
export function useServerEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    const listener = new ServerListener(client);
    listener.start();
    return () => listener.stop();
  }, [client]);
}

class ServerListener {
  readonly #client: QueryClient;
  #version: number | undefined;
  #source: EventSource | undefined;
  #retry: number | undefined;
  #live: number | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  start(): void {
    this.#open();
    document.addEventListener("visibilitychange", this.#change);
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#change);
    window.clearTimeout(this.#live);
    this.#close();
  }

  readonly #change = (): void => (document.hidden ? this.#close() : this.#open());

  readonly #hear = (message: MessageEvent<string>): void => {
    const event = JSON.parse(message.data) as ServerEvent;
    if (event.type === "lake") {
      const isNew = this.#version !== undefined && this.#version !== event.version;
      this.#version = event.version;
      if (!isNew) return;
      put({ isStale: true });
      this.#askLive();
      return;
    }
    if (event.type === "config") {
      put({ configError: event.error });
      return;
    }
    if (event.type === "derive") put({ derive: event });
    else put({ collects: { ...news.collects, [event.source]: event } });
    if (event.state !== "running") this.#askLive();
  };

  #open(): void {
    if (document.hidden || this.#source !== undefined) return;
    const source = new EventSource("/api/v1/events");
    this.#source = source;
    for (const type of ["lake", "collect", "derive", "config"]) source.addEventListener(type, this.#hear);
    // The browser tries again by itself, unless the server has said no.
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      this.#close();
      this.#retry = window.setTimeout(() => this.#open(), RETRY_MS);
    });
  }

  #close(): void {
    window.clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }

  /** Asks again what is always as it is now. */
  #askLive(): void {
    this.#live ??= window.setTimeout(() => {
      this.#live = undefined;
      void this.#client.invalidateQueries({ queryKey: SESSION_KEY });
      void this.#client.invalidateQueries({ predicate: ({ queryKey }) => LIVE.has(String(queryKey[0])) });
    }, LIVE_MS);
  }
}
