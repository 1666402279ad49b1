import { systemClock, type Clock } from "#base/clock.js";
import type { SourceProbe } from "../probe.ts";
import type { FetchedObject, FetchRequest, LookRequest, RemoteBatch, RemoteSource, RequestCounts } from "../remote.ts";
import type { RemoteSettings } from "../settings.ts";
import { openClients, type AzureClients } from "./azure-clients.ts";
import { readAzurePlace, type AzurePlace } from "./azure-place.ts";
import { AzureRequests } from "./azure-requests.ts";
import { ContainerListing } from "./container-listing.ts";
import { explainAzureError } from "./explain-azure-error.ts";
import { fetchBlob } from "./fetch-blob.ts";
import { HOUR_MS } from "./flow-log-path.ts";
import { LookByListing } from "./look-by-listing.ts";
import { nearestContainer } from "./nearby-containers.ts";
import { probeContainer } from "./probe-container.ts";
import { EventQueue } from "./event-queue.ts";

/**
 * Opens a container of flow logs. Nothing is asked yet.
 * @param clock what hour it is; a test sets it
 * @throws WeirError when a setting is wrong
 */
export async function openAzure(
  settings: RemoteSettings,
  env: Readonly<NodeJS.ProcessEnv>,
  clock: Clock = systemClock,
): Promise<RemoteSource> {
  const place = readAzurePlace(settings, env);
  return new AzureSource(place, await openClients(place, settings, env), settings.sinceMs ?? 0, clock);
}

/** Flow logs in a container of Azure Blob Storage. */
class AzureSource implements RemoteSource {
  readonly kind = "azure-blob";
  readonly uri: string;
  readonly #place: AzurePlace;
  readonly #clients: AzureClients;
  readonly #sinceMs: number;
  readonly #clock: Clock;
  readonly #requests = new AzureRequests();
  readonly #listing: ContainerListing;
  readonly #events: EventQueue | undefined;

  constructor(place: AzurePlace, clients: AzureClients, sinceMs: number, clock: Clock) {
    const { container, queue } = clients;
    this.uri = place.uri;
    this.#place = place;
    this.#clients = clients;
    this.#sinceMs = sinceMs;
    this.#clock = clock;
    this.#listing = new ContainerListing(container, this.#requests);
    this.#events =
      queue === undefined ? undefined : new EventQueue({ queue, container, requests: this.#requests, place });
  }

  get requests(): RequestCounts {
    return this.#requests;
  }

  async *look(request: LookRequest): AsyncIterable<RemoteBatch> {
    const refused = yield* this.#notified(request);
    const settings = {
      prefix: this.#place.prefix,
      sinceHour: Math.floor(this.#sinceMs / HOUR_MS),
      hasQueue: this.#events !== undefined && refused === undefined,
    };
    try {
      yield* new LookByListing(this.#listing, settings, this.#clock, request).run();
    } catch (error) {
      throw explainAzureError(error, { place: this.#place, action: "list" });
    }
    if (refused !== undefined) throw refused;
  }

  /** By notifications, if there are any. @returns why the queue cannot be read: the container is listed as without one, then it is told */
  async *#notified(request: LookRequest): AsyncGenerator<RemoteBatch, unknown, undefined> {
    if (this.#events === undefined || request.window !== undefined) return undefined;
    try {
      yield* this.#events.take(request.signal);
      return undefined;
    } catch (error) {
      const refused = explainAzureError(error, { place: this.#place, action: "queue" });
      if (request.signal.aborted) throw refused;
      return refused;
    }
  }

  async fetch(request: FetchRequest): Promise<FetchedObject> {
    const { key } = request.object;
    try {
      return await fetchBlob(this.#clients.container.getBlockBlobClient(key), this.#requests, request);
    } catch (error) {
      throw explainAzureError(error, { place: this.#place, action: "read", object: key });
    }
  }

  async probe(signal: AbortSignal, sinceMs = this.#sinceMs): Promise<SourceProbe> {
    const { container, beside } = this.#clients;
    const of = { container, beside, listing: this.#listing, requests: this.#requests, place: this.#place };
    try {
      return await probeContainer(of, sinceMs, signal);
    } catch (error) {
      const explained = explainAzureError(error, { place: this.#place, action: "list" });
      throw await nearestContainer(of, explained, signal);
    }
  }

  close(): void {
    this.#events?.close();
    this.#clients.close();
  }
}
