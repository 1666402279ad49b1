import { expect, it } from "vitest";
import { thrownCode } from "#base/error-code.fake.js";
import { decideAuth, isLoopback, type AuthQuestion } from "./auth-mode.ts";

const here: AuthQuestion = { host: "127.0.0.1", asked: undefined, isBehindTls: false, hasUsers: false };

it("asks for no sign-in on this machine alone, unless it was asked to", () => {
  expect(decideAuth(here)).toBe("none");
  expect(decideAuth({ ...here, hasUsers: true })).toBe("none");
  expect(decideAuth({ ...here, hasUsers: true, asked: "password" })).toBe("password");
});

it("has people sign in wherever others can reach it", () => {
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "weir.example.com"]) {
    expect(decideAuth({ ...here, host, hasUsers: true })).toBe("password");
    expect(thrownCode(() => decideAuth({ ...here, host }))).toBe("no-users");
    expect(thrownCode(() => decideAuth({ ...here, host, asked: "none", hasUsers: true }))).toBe("open-to-all");
  }
});

it("takes a proxy in front for what it is: a way in for others", () => {
  const proxied = { ...here, isBehindTls: true };
  expect(thrownCode(() => decideAuth({ ...proxied, asked: "none" }))).toBe("open-to-all");
  expect(thrownCode(() => decideAuth(proxied))).toBe("no-users");
  expect(decideAuth({ ...proxied, hasUsers: true })).toBe("password");
});

it("asks for a user before it asks for a password", () => {
  expect(thrownCode(() => decideAuth({ ...here, asked: "password" }))).toBe("no-users");
});

it("knows this machine's own addresses", () => {
  for (const host of ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LocalHost"])
    expect([host, isLoopback(host)]).toEqual([host, true]);
  for (const host of ["", "0.0.0.0", "::", "127.0.0.1.evil.example", "localhost.evil.example", "1.127.0.0"])
    expect([host, isLoopback(host)]).toEqual([host, false]);
});
