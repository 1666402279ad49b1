import { expect, test } from "vitest";
import { isExempt } from "./no-proxy.ts";

test.each([
  ["https://s3.eu-west-1.amazonaws.com", "amazonaws.com", true],
  ["https://s3.eu-west-1.amazonaws.com", ".amazonaws.com", true],
  ["https://s3.eu-west-1.amazonaws.com", "*.amazonaws.com", true],
  ["https://s3.eu-west-1.amazonaws.com", "localhost, S3.EU-WEST-1.amazonaws.com.", true],
  ["https://notamazonaws.com", "amazonaws.com", false],
  ["https://amazonaws.com.example.net", "amazonaws.com", false],
  ["https://logs.example.net:8443", "example.net:8443", true],
  ["https://logs.example.net", "example.net:443", true],
  ["https://logs.example.net", "example.net:8443", false],
  ["https://anything.example.net", "*", true],
  ["http://10.1.2.3:9000", "10.0.0.0/8", true],
  ["http://11.1.2.3:9000", "10.0.0.0/8", false],
  ["http://[fd00::1]:9000", "fd00::/8", true],
  ["http://[fd00::1]:9000", "fd00::1", true],
  ["http://[fd00::1]:9000", "[fd00::1]:9000", true],
  ["http://[fd00::2]:9000", "[fd00::1]:9000", false],
  ["http://1.10.0.1", "10.0.0.1", false],
  ["http://10.0.0.1", "10.0.0.0/33", false],
  ["https://example.net", " , ", false],
])("%s by %s: %s", (url, noProxy, expected) => {
  expect(isExempt(new URL(url), noProxy)).toBe(expected);
});
