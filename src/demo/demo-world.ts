import { AwsLogWriter } from "./aws-log-writer.ts";
import { AzureLogWriter } from "./azure-log-writer.ts";
import type { Conversation } from "./conversation.ts";
import { ObjectFolder } from "./object-folder.ts";
import { writeInventory } from "./inventory/index.ts";
import { AwsObserver } from "./observe/aws-observer.ts";
import { AzureObserver } from "./observe/azure-observer.ts";
import { sightingsOf, type Sighting } from "./observe/route.ts";
import type { Stretch } from "./observe/windows.ts";
import { allIncidents, GAP_NETWORK, logGap } from "./stories/incidents/index.ts";
import { stories } from "./stories/index.ts";
import { HourPen, type WorldSpan } from "./stories/story.ts";
import { ConversationBook, CONVERSATIONS_FILE, endOf } from "./truth-conversations.ts";
import { describeWorld } from "./truth-world.ts";
import { TruthLedger } from "./truth-ledger.ts";
import type { DemoOptions, DemoTruth } from "./truth.ts";
import { buildEstate } from "./world/estate.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Observers lag behind the client by less than this. */
const LARGEST_LAG_MS = 100;

/**
 * Writes the logs of the demo world below a directory, exactly as the clouds lay them out (`s3/<bucket>/AWSLogs/…` and
 * `azure/insights-logs-…`), and `truth.json` with `truth-conversations.jsonl` beside them, and the clouds' inventories in `inventory/`. The same options give the same content on every machine; the
 * compressed bytes also depend on the zlib that Node was built with. Hour by hour: memory does not grow with the hours.
 * The folder should be empty: what lies there already is neither removed nor counted.
 */
export async function writeDemoWorld(
  directory: string,
  options: DemoOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<DemoTruth> {
  const endMs = Math.floor(options.endMs / MINUTE_MS) * MINUTE_MS;
  const startMs = endMs - Math.floor(options.hours * 60) * MINUTE_MS;
  const folder = new ObjectFolder(directory);
  const world = new WorldWriter(options, startMs, endMs, folder);
  const firstHour = Math.floor(startMs / HOUR_MS) * HOUR_MS;
  const total = Math.ceil((endMs - firstHour) / HOUR_MS);
  for (let done = 0; done < total; done++) {
    await world.hour(firstHour + done * HOUR_MS, done === 0);
    onProgress?.(done + 1, total);
  }
  const openAtEnd = await world.finish();
  const books = world.ledger.close();
  const { book } = world;
  const truth: DemoTruth = {
    version: 1,
    options: { ...options, endMs },
    startMs,
    endMs,
    world: describeWorld(world.estate),
    ...books,
    incidents: book.incidents.close(allIncidents, world.estate, { startMs, endMs }, world.lostRecords),
    volumes: book.volumes(),
    conversations: { file: CONVERSATIONS_FILE, lines: book.lines, translated: book.translated },
    openAtEnd,
  };
  await writeInventory(world.estate, folder);
  // Last: who finds it knows that the world is whole.
  await folder.write("truth.json", `${JSON.stringify(truth)}\n`);
  return truth;
}

/** Tells, observes and writes one hour after the other. */
class WorldWriter {
  readonly estate;
  readonly ledger = new TruthLedger();
  readonly book: ConversationBook;
  readonly #options: DemoOptions;
  readonly #world: WorldSpan;
  readonly #folder: ObjectFolder;
  readonly #aws: readonly AwsLogWriter[];
  readonly #azure: AzureLogWriter;
  readonly #awsObserver: AwsObserver;
  readonly #azureObserver: AzureObserver;
  readonly #ports = new Map<string, number>();
  #open: Sighting[] = [];

  constructor(options: DemoOptions, startMs: number, endMs: number, folder: ObjectFolder) {
    this.#options = options;
    this.#folder = folder;
    this.estate = buildEstate(options.seed);
    this.#world = { startMs, endMs };
    this.book = new ConversationBook(this.#world);
    const gap = logGap(this.#world);
    const silenced = this.estate.aws.vpcs.find(({ name }) => name === GAP_NETWORK)?.flowLog;
    this.#aws = this.estate.awsFlowLogs.map(
      (log) => new AwsLogWriter(log, options.seed, log === silenced ? gap : null),
    );
    this.#azure = new AzureLogWriter(options.seed);
    this.#awsObserver = new AwsObserver(this.estate, options.seed, this.ledger, this.#aws);
    this.#azureObserver = new AzureObserver(this.ledger, this.#azure);
  }

  /** Records that were never delivered. */
  get lostRecords(): number {
    return this.#aws.reduce((sum, writer) => sum + writer.lostRecords, 0);
  }

  async hour(fromMs: number, isFirst: boolean): Promise<void> {
    const world = this.#world;
    const stretch = { fromMs, toMs: fromMs + HOUR_MS, worldStartMs: world.startMs, worldEndMs: world.endMs };
    const write = (conversation: Conversation): void => void this.#open.push(...sightingsOf(conversation, this.estate));
    const { seed, scale } = this.#options;
    for (const story of stories)
      story.tell(
        new HourPen({ fromMs, isFirst, world, seed, scale, story: story.name, ports: this.#ports, write }),
        this.estate,
      );
    for (const sighting of this.#open) this.#observe(sighting, stretch);
    const until = Math.min(stretch.toMs, world.endMs);
    this.#open = this.#open.filter((sighting) => {
      if (endOf(sighting.conversation) + LARGEST_LAG_MS >= until) return true;
      this.book.enter(sighting);
      return false;
    });
    this.#awsObserver.silence(stretch);
    await this.#flush(stretch.toMs);
  }

  /** Writes what is left; returns how many conversations go on after the world's end. */
  async finish(): Promise<number> {
    const { endMs } = this.#world;
    for (const sighting of this.#open) this.book.enter(sighting);
    await this.#flush(Infinity);
    return this.#open.filter(({ conversation }) => conversation.request.startMs < endMs && endOf(conversation) >= endMs)
      .length;
  }

  #observe(sighting: Sighting, stretch: Stretch): void {
    this.ledger.passed(sighting, stretch);
    for (const sight of sighting.sights) {
      if (sight.kind === "aws") this.#awsObserver.observe(sighting.conversation, sight, stretch);
      else if (sight.kind === "transit") this.#awsObserver.observeTransit(sighting.conversation, sight, stretch);
      else this.#azureObserver.observe(sighting.conversation, sight, stretch);
    }
  }

  async #flush(beforeMs: number): Promise<void> {
    for (const writer of this.#aws) await writer.flush(beforeMs, this.#folder, this.ledger);
    await this.#azure.flush(beforeMs, this.#folder, this.ledger);
    await this.book.flush(this.#folder);
  }
}
