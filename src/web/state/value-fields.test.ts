import { expect, it } from "vitest";
import { endFieldsIn, entityKindOf, fieldIn, headingOf } from "./value-fields.ts";

it("finds a dataset's word for a field of another", () => {
  expect(fieldIn("conversations", "client_ip")).toBe("client_ip");
  expect(fieldIn("conversations", "src_ip")).toBe("ip");
  expect(fieldIn("flows", "client.ip")).toBe("ip");
  expect(fieldIn("flows", "account")).toBe("account");
  expect(fieldIn("presence", "rule_of_nobody")).toBeUndefined();
});

it("knows both ends of a field, and either", () => {
  expect(endFieldsIn("conversations", "client.ip")).toEqual({ client: "client.ip", server: "server.ip", either: "ip" });
  expect(endFieldsIn("conversations", "server_account_id")).toEqual({
    client: "client.account_id",
    server: "server.account_id",
    either: "account",
  });
  expect(endFieldsIn("flows", "src_port")).toEqual({ client: "src.port", server: "dst.port", either: "port" });
  expect(endFieldsIn("conversations", "protocol")).toEqual({});
});

it("knows what has a page", () => {
  expect(["client.ip", "server_observer", "account_id", "vpc", "port", "verdict"].map(entityKindOf)).toEqual([
    "address",
    "interface",
    "account",
    "network",
    undefined,
    undefined,
  ]);
  expect(headingOf("src_ip", "conversations")).toBe("Source");
  expect(headingOf("never heard of", "conversations")).toBe("never heard of");
});
