/**
 * A bucket over HTTP, for benchmarks alone: lists (version 2) and gives objects and ranges of them, asks nobody who he is.
 * Usage: node bench/s3-server.mjs FOLDER   the files below a folder are the objects of every bucket
 *        node bench/s3-server.mjs --many COUNT   so many small objects, one record each; +COUNT on standard input makes more
 * Prints its address, then a line for each order that it has carried out.
 */
import { createReadStream, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";

const [source, count = "0"] = process.argv.slice(2);
/** key → size, time and what gives its bytes */
const objects = new Map();
let sorted = [];

function addFolder(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const { size, mtimeMs } = statSync(path);
    objects.set(relative(folder, path), { size, modifiedMs: mtimeMs, read: (range) => createReadStream(path, range) });
  }
}

/** Objects of 170 flow logs, one after another in each. */
function addMany(from, to) {
  const firstMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  for (let number = from; number < to; number++) {
    const log = number % 170;
    const time = new Date(firstMs + Math.floor(number / 170) * 60_000).toISOString();
    const [day, stamp] = [time.slice(0, 10).replaceAll("-", "/"), `${time.slice(0, 16).replaceAll(/[-:]/g, "")}Z`];
    const account = String(100_000_000_000 + (log % 10));
    const name = `${account}_vpcflowlogs_eu-central-1_fl-${log.toString(16).padStart(4, "0")}_${stamp}_${number.toString(16).padStart(8, "0")}.log`;
    const seconds = 1_790_000_000 + number;
    const text = `2 ${account} eni-${log} 10.0.${number % 250}.1 10.1.0.1 ${1024 + (number % 60_000)} 443 6 1 ${number} ${seconds} ${seconds + 1} ACCEPT OK\n`;
    const bytes = Buffer.from(text);
    objects.set(`AWSLogs/${account}/vpcflowlogs/eu-central-1/${day}/${name}`, {
      size: bytes.length,
      modifiedMs: 0,
      bytes,
    });
  }
}

const xml = (text) => encodeURIComponent(text).replaceAll("%2F", "/");

function firstBehind(key) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function list(query) {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const most = Number(query.get("max-keys") ?? 1000);
  const behind = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const found = [];
  const folders = [];
  let next = "";
  const begin =
    behind > prefix ? firstBehind(behind) : Math.max(0, firstBehind(prefix) - (objects.has(prefix) ? 1 : 0));
  for (let at = begin; at < sorted.length && sorted[at].startsWith(prefix); at++) {
    const key = sorted[at];
    const slash = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const folder = slash < 0 ? undefined : key.slice(0, slash + 1);
    if (folder !== undefined && (folder === folders.at(-1) || behind.startsWith(folder))) continue;
    if (found.length + folders.length >= most) {
      next = sorted[at - 1];
      break;
    }
    if (folder === undefined) found.push(key);
    else folders.push(folder);
  }
  const contents = found.map((key) => {
    const { size, modifiedMs } = objects.get(key);
    return `<Contents><Key>${xml(key)}</Key><LastModified>${new Date(modifiedMs).toISOString()}</LastModified><ETag>&quot;${etag(key)}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const prefixes = folders.map((folder) => `<CommonPrefixes><Prefix>${xml(folder)}</Prefix></CommonPrefixes>`);
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><KeyCount>${found.length + folders.length}</KeyCount><IsTruncated>${next !== ""}</IsTruncated>${next === "" ? "" : `<NextContinuationToken>${xml(next)}</NextContinuationToken>`}${contents.join("")}${prefixes.join("")}</ListBucketResult>`;
}

function etag(key) {
  const { size, modifiedMs } = objects.get(key);
  return `${Math.round(modifiedMs).toString(16)}-${size}`;
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const key = decodeURIComponent(pathname.split("/").slice(2).join("/"));
  if (request.method === "HEAD") return response.writeHead(200, { "x-amz-bucket-region": "us-east-1" }).end();
  if (key === "") return response.writeHead(200, { "content-type": "application/xml" }).end(list(searchParams));
  const object = objects.get(key);
  if (object === undefined) return response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const [start, end] = from === undefined ? [0, object.size - 1] : [Number(from), Number(to)];
  const isPart = from !== undefined && { "content-range": `bytes ${start}-${end}/${object.size}` };
  response.writeHead(isPart ? 206 : 200, { "content-length": end - start + 1, etag: `"${etag(key)}"`, ...isPart });
  if (object.bytes === undefined) object.read({ start, end }).pipe(response);
  else response.end(object.bytes.subarray(start, end + 1));
});

if (source === "--many") addMany(0, Number(count));
else addFolder(source);
sorted = [...objects.keys()].sort((a, b) => (a < b ? -1 : 1));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    addMany(objects.size, objects.size + Number(line.slice(1)));
    sorted = [...objects.keys()].sort((a, b) => (a < b ? -1 : 1));
    console.log("done");
  })
  // Whoever started it has ended.
  .on("close", () => process.exit());
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
