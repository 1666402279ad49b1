import { createWriteStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { awsObjectKey, SLOT_SECONDS } from "../aws-keys.ts";
import { ObjectFolder } from "../object-folder.ts";
import { Random } from "../random.ts";
import { headerOf, LONGEST_LINE, writeRecords, type AwsObjectPlan } from "./aws-object.ts";
import { buildPool, type BenchPool } from "./aws-pool.ts";
import { azureBlobPair } from "./azure-blobs.ts";
import { BENCH_END_MS, emptyBenchTruth, shareOf, type BenchOptions, type BenchTruth } from "./bench-types.ts";
import { ByteText } from "./byte-text.ts";

/** Text is handed to the compressor in pieces of this size. */
const PIECE = 1 << 18;
/** Objects of fewer records are compressed at once: streams would cost more than the work. */
const SMALL_OBJECT = 5_000;
/** Objects in the making: while one is written, zlib compresses others on its own threads. */
const AT_ONCE = 4;
/** From here on objects are spread over many accounts, as a log archive of an organisation is. */
const MANY_OBJECTS = 200;

/**
 * Writes objects for benchmarks, laid out as {@link writeDemoWorld} does, with realistic sizes and numbers of addresses but
 * without a story. The same options give the same content.
 */
export async function writeBenchObjects(directory: string, options: BenchOptions): Promise<BenchTruth> {
  const folder = new ObjectFolder(directory);
  const truth = emptyBenchTruth(options.kind);
  if (options.kind === "azure-vnet") await writeAzure(folder, options, truth);
  else await writeAws(folder, options, truth);
  truth.objects = options.objects;
  truth.flowsPerConversation = truth.records / Math.max(1, truth.conversations);
  return truth;
}

async function writeAzure(folder: ObjectFolder, options: BenchOptions, truth: BenchTruth): Promise<void> {
  for (let pair = 0; pair * 2 < options.objects; pair++)
    for (const { key, text } of azureBlobPair(options, pair, truth)) {
      truth.textBytes += text.length;
      truth.objectBytes += text.length;
      await folder.write(key, text);
    }
}

async function writeAws(folder: ObjectFolder, options: BenchOptions, truth: BenchTruth): Promise<void> {
  const pool = buildPool(options.seed ?? 1, options.objects > MANY_OBJECTS ? 200 : 2);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < options.objects) await writeAwsObject(folder, { options, object: next++, pool }, truth);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

interface AwsTask {
  readonly options: BenchOptions;
  readonly object: number;
  readonly pool: BenchPool;
}

async function writeAwsObject(
  folder: ObjectFolder,
  { options, object, pool }: AwsTask,
  truth: BenchTruth,
): Promise<void> {
  const account = pool.accounts[object % pool.accounts.length];
  if (account === undefined) return;
  const lastSlot = Math.floor((options.endMs ?? BENCH_END_MS) / 1_000 / SLOT_SECONDS) - 1;
  // An account's objects follow one another in time.
  const slots = Math.ceil(options.objects / pool.accounts.length);
  const slotSeconds = (lastSlot - slots + 1 + Math.floor(object / pool.accounts.length)) * SLOT_SECONDS;
  const random = new Random(options.seed ?? 1, "bench object", object);
  const isVersionFive = options.kind === "aws-v5";
  const place = {
    id: account.flowLog,
    account: account.id,
    region: "eu-central-1",
    bucket: "bench-flow-logs",
    hive: false,
  };
  const path = await folder.pathOf(awsObjectKey(place, slotSeconds, random.hex(8)));
  const plan = { isVersionFive, account, pool, slotSeconds, records: shareOf(options, object), random };
  if (plan.records < SMALL_OBJECT) {
    const content = gzipSync(Buffer.concat([...pieces(plan, truth)]), { level: 6 });
    truth.objectBytes += content.length;
    await writeFile(path, content);
    return;
  }
  await pipeline(
    Readable.from(pieces(plan, truth), { objectMode: false }),
    createGzip({ level: 6 }),
    createWriteStream(path),
  );
  // Awaited first: others add to the sum meanwhile.
  const { size } = await stat(path);
  truth.objectBytes += size;
}

function* pieces(plan: AwsObjectPlan, truth: BenchTruth): Generator<Buffer> {
  const lines = plan.records * (plan.isVersionFive ? 330 : 130);
  const text = new ByteText(Math.min(PIECE, lines + 1_024) + 4 * LONGEST_LINE);
  text.text(headerOf(plan.isVersionFive));
  for (const _ of writeRecords(plan, text, truth)) {
    truth.textBytes += text.length;
    yield text.take();
  }
  truth.textBytes += text.length;
  yield text.take();
}
