import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { testServer } from "./certificates.fake.ts";

/** A web server on a free port, closed when the test is over. */
export async function startServer(answer: RequestListener, { secure = false } = {}): Promise<string> {
  const server = secure ? createTlsServer(testServer, answer) : createServer(answer);
  return `${secure ? "https" : "http"}://127.0.0.1:${await listen(server)}`;
}

/** What a proxy was asked for: `CONNECT` targets, and how its asker proved who it is. */
export interface FakeProxy {
  readonly url: string;
  readonly targets: string[];
  readonly authorizations: (string | undefined)[];
}

/** A proxy that takes every CONNECT to one address, whatever host was asked for. */
export async function startProxy(target: string): Promise<FakeProxy> {
  const proxy = { url: "", targets: [] as string[], authorizations: [] as (string | undefined)[] };
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request, socket: Socket, head: Buffer) => {
    proxy.targets.push(request.url ?? "");
    proxy.authorizations.push(request.headers["proxy-authorization"]);
    const { hostname, port } = new URL(target);
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => [socket, onward].forEach((other) => other.destroy()));
  });
  proxy.url = `http://127.0.0.1:${await listen(server)}`;
  return proxy;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}
