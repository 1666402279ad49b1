import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeWhole, type Decoded } from "../json/decode-whole.fake.ts";
import { entry } from "./gcp-entries.fake.ts";

const decoded = (content: unknown): Decoded => decodeWhole(JSON.stringify(content))!;

it.each([
  [{ connection: { src_ip: "x", dest_ip: "10.0.0.1" } }, "bad-address"],
  [{ connection: undefined }, "bad-address"],
  [{ connection: { src_ip: "10.0.0.1", dest_ip: "10.0.0.1", protocol: 6, src_port: 70_000 } }, "bad-port"],
  [{ connection: { src_ip: "10.0.0.1", dest_ip: "10.0.0.1", protocol: "tcp" } }, "bad-protocol"],
  [{ start_time: "yesterday", end_time: undefined }, "bad-time"],
  [{ start_time: "1999-01-01T00:00:00Z" }, "time-out-of-range"],
  [{ bytes_sent: "-1" }, "bad-counter"],
  [{ bytes_sent: 1.5 }, "bad-counter"],
])("keeps records that are no flow as malformed: %j", (payload, reason) => {
  const { malformed, report, rows } = decoded([entry(payload), entry({})]);
  expect(report.reasons).toEqual({ [reason]: 1 });
  expect(malformed).toMatchObject([{ reason, log_type: "gcp_vpc", position: 1 }]);
  // Nothing of the bad record is left in the next row.
  expect(rows).toEqual([{ ...decoded(entry({})).rows[0], position: 2 }]);
});

it("takes any JSON where a value belongs", () => {
  const keys = fc.constantFrom(
    "connection",
    "reporter",
    "src_instance",
    "dest_vpc",
    "src_gke_details",
    "psc",
    "internet_routing_details",
    "rtt_msec",
    "network_service",
    "src_location",
    "__proto__",
    "constructor",
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.jsonValue()), { maxLength: 6 }), (members) => {
      const payload = entry(
        JSON.parse(
          `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
        ) as Record<string, unknown>,
      );
      const { report } = decoded(payload);
      expect(report.counts.total).toBe(1);
    }),
    { numRuns: 500 },
  );
});
