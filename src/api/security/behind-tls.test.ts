import { expect, it } from "vitest";
import { Browser, PASSWORD, people, question, ServedLake } from "./visits.fake.ts";

const lake = ServedLake.forTests("--behind-tls");
const proxy = { host: "weir.example.com", origin: "https://weir.example.com", "x-forwarded-host": "weir.example.com" };

it("gives a cookie that only this host sets and only TLS carries", async () => {
  const browser = new Browser(lake);
  const body = { name: people.viewer, password: PASSWORD };
  const response = await browser.send("/session", { method: "POST", body, headers: proxy });
  expect(response.status).toBe(200);
  expect(response.headers.get("set-cookie")).toMatch(
    /^__Host-weir-session=[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  expect(response.headers.get("strict-transport-security")).toContain("max-age=");
});

it("takes the proxy's word for where a request comes from, the last one only", async () => {
  const { secret } = await lake.token("admin");
  const headers = { authorization: `Bearer ${secret}` };
  const forwarded = { "x-forwarded-for": "198.51.100.1, 203.0.113.9" };
  const sent = { method: "POST", body: question, headers: { ...headers, ...forwarded } } as const;
  expect(await new Browser(lake).result("/query", sent)).toBe("200");
  const audit = await (await new Browser(lake).send("/audit?action=ask", { headers })).json();
  expect((audit as { entries: { from: string }[] }).entries[0]?.from).toBe("203.0.113.9");
});

it("knows its own origin by https", async () => {
  const body = { name: people.viewer, password: PASSWORD };
  const sent = { method: "POST", body } as const;
  const as = (origin: string): Promise<string> =>
    new Browser(lake).result("/session", { ...sent, headers: { ...proxy, origin } });
  expect(await as("https://weir.example.com")).toBe("200");
  expect(await as("http://weir.example.com")).toBe("403 cross-site");
  expect(await as("https://evil.example.com")).toBe("403 cross-site");
});
