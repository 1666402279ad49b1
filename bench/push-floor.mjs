/**
 * The least that taking Firehose's requests can cost: a server that reads a body, parses it, decodes its records, appends them to a file,
 * makes that durable and answers. It knows no sources, no repeats and no lake. Usage: node bench/push-floor.mjs FILE
 */
import { open } from "node:fs/promises";
import { createServer } from "node:http";

const file = await open(process.argv[2], "w");

async function take(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { requestId, records } = JSON.parse(Buffer.concat(chunks).toString("latin1"));
  const lines = records.map(({ data }) => JSON.parse(Buffer.from(data, "base64").toString("latin1")).message);
  await file.appendFile(lines.join("\n"));
  await file.datasync();
  return JSON.stringify({ requestId, timestamp: Date.now() });
}

const server = createServer((request, response) => {
  void take(request).then((text) =>
    response
      .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
      .end(text),
  );
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
