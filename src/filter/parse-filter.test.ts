import { expect, it } from "vitest";
import { parseCidr } from "#base/address.js";
import type { DatasetName } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import { parseFilter } from "./parse-filter.ts";

const NOW = Date.UTC(2026, 2, 3, 12);
const parse = (text: string, dataset: DatasetName = "conversations"): FilterNode =>
  parseFilter(text, dataset, { nowMs: NOW });

const t = (text: string): FilterValue => ({ type: "text", text });
const n = (number: number | bigint): FilterValue => ({ type: "number", number });
const r = (first: number, last: number): FilterValue => ({ type: "range", first, last });
const net = (text: string): FilterValue => ({ type: "addresses", block: parseCidr(text)! });
const s = (first: number, last: number, protocol: number): FilterValue => ({ type: "service", first, last, protocol });
const at = (iso: string): FilterValue => ({ type: "time", micros: Date.parse(iso) * 1000 });
const is = (field: string, ...values: FilterValue[]): FilterNode => ({ kind: "in", field, values, negated: false });
const isNot = (field: string, ...values: FilterValue[]): FilterNode => ({ kind: "in", field, values, negated: true });
const cmp = (field: string, operator: "<" | "<=" | ">" | ">=", value: FilterValue): FilterNode => ({
  kind: "compare",
  field,
  operator,
  value,
});
const like = (field: string, pattern: string, negated = false): FilterNode => ({
  kind: "like",
  field,
  pattern,
  negated,
});
const match = (field: string, pattern: string, negated = false): FilterNode => ({
  kind: "match",
  field,
  pattern,
  negated,
});
const known = (field: string, negated = false): FilterNode => ({ kind: "known", field, negated });
const cols = (left: string, operator: "=" | "!=" | "<" | ">=", right: string): FilterNode => ({
  kind: "columns",
  left,
  operator,
  right,
});
const not = (part: FilterNode): FilterNode => ({ kind: "not", part });
const and = (...parts: FilterNode[]): FilterNode => ({ kind: "and", parts });
const or = (...parts: FilterNode[]): FilterNode => ({ kind: "or", parts });

const a = is("server_port", n(1));
const b = is("server_port", n(2));
const c = is("server_port", n(3));

it.each<[string, FilterNode]>([
  // numbers, ranges, services
  ["server.port = 443", is("server_port", n(443))],
  ["server.port != 443", isNot("server_port", n(443))],
  ["server.port=443", is("server_port", n(443))],
  ["server.port = 1-1024", is("server_port", r(1, 1024))],
  ["server.port in (22, 80, 8000-8999)", is("server_port", n(22), n(80), r(8000, 8999))],
  ["server.port not in (22,80)", isNot("server_port", n(22), n(80))],
  ["server.port in 443", is("server_port", n(443))],
  ["server.port = (22, 80)", is("server_port", n(22), n(80))],
  ["server.port >= 1024", cmp("server_port", ">=", n(1024))],
  ["port = https", is("port", n(443))],
  ["protocol = tcp", is("protocol", n(6))],
  ["protocol = 6", is("protocol", n(6))],
  ["proto in (TCP, udp, 50)", is("protocol", n(6), n(17), n(50))],
  ["service = 443/tcp", is("service", s(443, 443, 6))],
  ["service in (1-1024/udp, 500/17)", is("service", s(1, 1024, 17), s(500, 500, 17))],
  ["service = dns", is("service", s(53, 53, 17))],
  // sizes and counts
  ["client.bytes > 10MB", cmp("client_bytes", ">", n(10_000_000))],
  ["client_bytes > 1.5GiB", cmp("client_bytes", ">", n(1_610_612_736))],
  ["client.bytes = 1kB-2kB", is("client_bytes", r(1000, 2000))],
  ["client.packets > 5k", cmp("client_packets", ">", n(5000))],
  ["client.bytes = 18446744073709551615", is("client_bytes", n(18446744073709551615n))],
  // addresses
  ["client.ip = 10.0.0.1", is("client_ip", net("10.0.0.1"))],
  ["client.ip = 10.0.0.0/8", is("client_ip", net("10.0.0.0/8"))],
  ["client.ip in 10.1.2.3/8", is("client_ip", net("10.0.0.0/8"))],
  ["ip = 2001:db8::/32", is("ip", net("2001:db8::/32"))],
  ["ip != ::1", isNot("ip", net("::1"))],
  [
    "ip = 10.0.0.1-10.0.0.9",
    is("ip", { type: "addresses", block: { first: parseCidr("10.0.0.1")!.first, last: parseCidr("10.0.0.9")!.first } }),
  ],
  ["client.ip < 10.0.0.1", cmp("client_ip", "<", net("10.0.0.1"))],
  // text
  ["client.region = eu-central-1", is("client_region", t("eu-central-1"))],
  ['rule = "allow web, all"', is("rule", t("allow web, all"))],
  ["rule = 'it\\'s \"x\"'", is("rule", t('it\'s "x"'))],
  ['rule = "C:\\dir\\\\x"', is("rule", t("C:\\dir\\x"))],
  ["client.subnet = /subscriptions/A-B/x", is("client_subnet_id", t("/subscriptions/A-B/x"))],
  ["client.observer = 00-22-48-aa-bb-cc", is("client_observer", t("002248AABBCC"))],
  ["client.name like web-*", like("client_name", "web-*")],
  ["name not like 'web ?'", like("name", "web ?", true)],
  ["rule ~ ^allow-\\d+$", match("rule", "^allow-\\d+$")],
  ['rule !~ "(a|b)c"', match("rule", "(a|b)c", true)],
  ["name = service", is("name", t("service"))],
  ['client.region = "region"', is("client_region", t("region"))],
  ["role = load-balancer", is("role", t("load_balancer"))],
  // closed sets
  ["verdict = allow", is("verdict", t("allowed"))],
  ["verdict = Accepted", is("verdict", t("allowed"))],
  ["action in (reject, drop)", is("verdict", t("denied"), t("dropped"))],
  ["server.verdict != deny", isNot("server_verdict", t("denied"))],
  ["class = health-check", is("class", t("health_check"))],
  ["client.counted.at = client", is("client_counted_at", t("client"))],
  // times
  ["start_time >= 2026-03-03", cmp("start_time", ">=", at("2026-03-03T00:00:00Z"))],
  ["end.time < 2026-03-03T14:00:00+02:00", cmp("end_time", "<", at("2026-03-03T12:00:00Z"))],
  ['time > "2026-03-03 10:00"', cmp("time", ">", at("2026-03-03T10:00:00Z"))],
  ["time > -2h", cmp("time", ">", at("2026-03-03T10:00:00Z"))],
  // presence and columns
  ["server.observer is known", known("server_observer")],
  ["reject-reason IS UNKNOWN", known("reject_reason", true)],
  ["client.port = server.port", cols("client_port", "=", "server_port")],
  ["client.az != server.az", cols("client_az_id", "!=", "server_az_id")],
  ["client.bytes >= server.bytes", cols("client_bytes", ">=", "server_bytes")],
  ["start_time < end_time", cols("start_time", "<", "end_time")],
  // joints
  ["server.port=1 and server.port=2 and server.port=3", and(a, b, c)],
  ["server.port=1 or server.port=2 and server.port=3", or(a, and(b, c))],
  ["(server.port=1 or server.port=2) and server.port=3", and(or(a, b), c)],
  ["not server.port=1 and server.port=2", and(not(a), b)],
  ["not (server.port=1 and server.port=2)", not(and(a, b))],
  ["not not server.port=1", not(not(a))],
  ["(server.port=1 AND server.port=2) And server.port=3", and(and(a, b), c)],
  ["((server.port=1))", a],
])("%s", (text, node) => {
  expect(parse(text)).toEqual(node);
});

it.each<[string, DatasetName, FilterNode]>([
  ["action = accept", "flows", is("action", t("allow"))],
  ["flow_state = denied", "flows", is("flow_state", t("deny"))],
  ["src.ip = 10.0.0.1", "flows", is("src_ip", net("10.0.0.1"))],
  ["latency_ms > 2s", "flows", cmp("latency_ms", ">", n(2000))],
  ["latency_ms = 0.5-1.5", "flows", is("latency_ms", r(0.5, 1.5))],
  ["sampling_rate < 0.25", "flows", cmp("sampling_rate", "<", n(0.25))],
  ["not dst.country in (US, CA)", "flows", not(is("dst_country", t("US"), t("CA")))],
  ["bytes > 1GB", "observations", cmp("bytes", ">", n(1_000_000_000))],
  ["status = nodata", "coverage", is("status", t("nodata"))],
  ["address in 10.0.0.0/8", "presence", is("address", net("10.0.0.0/8"))],
])("%s (%s)", (text, dataset, node) => {
  expect(parse(text, dataset)).toEqual(node);
});
