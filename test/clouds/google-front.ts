import { request } from "node:http";
import { serveHttp, type HttpService, type Told } from "./http-service.ts";

/**
 * What stands before Google Cloud Storage, as far as clients of S3 notice it: the front end adds to Accept-Encoding on the way, so that
 * a signature over it holds no longer; of a bucket's region nothing is told. Additions of S3 to listing that Google does not document are
 * refused here, which is the worst that it may do.
 * Sources: "List objects" and "Migrate from Amazon S3" of the Cloud Storage documentation
 * (https://cloud.google.com/storage/docs/xml-api/get-bucket-list, https://cloud.google.com/storage/docs/interoperability);
 * https://github.com/siderolabs/talos-backup/issues/64, https://github.com/benbjohnson/litestream/issues/1386 on Accept-Encoding.
 * @param storage a server of S3's protocol
 */
export async function startGoogleFront(storage: HttpService): Promise<HttpService> {
  return serveHttp(async (asked) => {
    const unknown = Object.keys(asked.headers).find((name) => name === "x-amz-optional-object-attributes");
    if (unknown !== undefined) return { status: 400, body: refusal(unknown) };
    const { "accept-encoding": encoding, ...headers } = asked.headers;
    const target = `${storage.url}${asked.path}${asked.search === "" ? "" : `?${asked.search}`}`;
    return new Promise<Told>((resolve, reject) => {
      const sent = request(
        target,
        {
          method: asked.method,
          headers: { ...headers, "accept-encoding": encoding === undefined ? "gzip(gfe)" : `${encoding},gzip(gfe)` },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 500, headers: told(answer.headers), body: Buffer.concat(chunks) }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(asked.body);
    });
  });
}

function told(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) =>
      typeof value === "string" &&
      !["x-amz-bucket-region", "transfer-encoding", "connection", "keep-alive"].includes(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

function refusal(header: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>InvalidArgument</Code><Message>Invalid argument.</Message><Details>${header}</Details></Error>`;
}
