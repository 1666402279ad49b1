/**
 * What events of OCSF's class Network Activity (4001, schema 1.9) may hold, as JSON schema: the attributes that Weir writes,
 * with their types, their required members and their numbered values. Nothing else is allowed, so that an attribute that the
 * class does not have fails.
 */
const text = { type: "string", minLength: 1 } as const;
const whole = { type: "integer" } as const;
const count = { type: "integer", minimum: 0 } as const;
const moment = { type: "integer", minimum: 0 } as const;
const oneOf = (...values: readonly number[]) => ({ enum: values });
const only = (properties: Readonly<Record<string, object>>, ...required: readonly string[]) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
  minProperties: 1,
});

const address = {
  type: "string",
  pattern: String.raw`^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]+(:\d{1,3}(\.\d{1,3}){3})?)$`,
} as const;

const place = {
  uid: text,
  interface_uid: text,
  mac: { type: "string", pattern: "^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$" },
  vpc_uid: text,
  subnet_uid: text,
  instance_uid: text,
} as const;

const endpoint = {
  ...only({
    ...place,
    ip: address,
    port: { type: "integer", minimum: 0, maximum: 65_535 },
    intermediate_ips: { type: "array", items: address, minItems: 1 },
    svc_name: text,
    autonomous_system: only({ number: count }),
  }),
  anyOf: ["ip", "uid", "svc_name", "instance_uid", "interface_uid"].map((name) => ({ required: [name] })),
};

const profiles = (rule: object) => ({ properties: { metadata: { properties: { profiles: rule } } } });

const product = only({ vendor_name: text, name: text, version: text, feature: only({ name: text }) }, "name");

export const networkActivitySchema = {
  ...only(
    {
      time: moment,
      category_uid: { const: 4 },
      category_name: { const: "Network Activity" },
      class_uid: { const: 4001 },
      class_name: { const: "Network Activity" },
      activity_id: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 99),
      activity_name: text,
      type_uid: { type: "integer", minimum: 400_100, maximum: 400_199 },
      type_name: text,
      severity_id: oneOf(0, 1, 2, 3, 4, 5, 6, 99),
      severity: text,
      start_time: moment,
      end_time: moment,
      duration: count,
      count: { type: "integer", minimum: 1 },
      action_id: oneOf(0, 1, 2, 3, 4, 99),
      action: text,
      disposition_id: oneOf(...Array.from({ length: 28 }, (_, id) => id), 99),
      disposition: text,
      status_id: oneOf(0, 1, 2, 99),
      status: text,
      status_code: text,
      status_detail: text,
      src_endpoint: endpoint,
      dst_endpoint: endpoint,
      connection_info: only(
        {
          uid: text,
          community_uid: { type: "string", pattern: "^1:[0-9A-Za-z+/]{27}=$" },
          protocol_num: { type: "integer", minimum: 0, maximum: 255 },
          protocol_name: { type: "string", pattern: "^[a-z0-9-]+$" },
          protocol_ver_id: oneOf(0, 4, 6, 99),
          protocol_ver: text,
          tcp_flags: { type: "integer", minimum: 0, maximum: 255 },
          direction_id: oneOf(0, 1, 2, 3, 4, 99),
          direction: text,
          boundary_id: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99),
          boundary: text,
        },
        "direction_id",
      ),
      traffic: only({
        bytes: count,
        bytes_in: count,
        bytes_out: count,
        packets: count,
        packets_in: count,
        packets_out: count,
      }),
      observation_point_id: oneOf(0, 1, 2, 3, 4, 99),
      observation_point: text,
      network_observation_point: only(place),
      initiator_id: oneOf(0, 1, 2, 99),
      initiator: text,
      firewall_rule: only({ name: text }),
      policy: only({ uid: text, name: text, type: text }),
      cloud: only(
        {
          provider: text,
          account: only({ uid: text, type_id: whole, type: text }, "uid"),
          project_uid: text,
          region: text,
          zone: text,
        },
        "provider",
      ),
      metadata: only(
        {
          version: { const: "1.9.0" },
          profiles: { type: "array", items: { enum: ["cloud", "security_control"] }, uniqueItems: true },
          uid: text,
          correlation_uid: text,
          product,
          log_name: text,
          log_format: text,
          log_version: text,
          logged_time: moment,
          transformation_info_list: { type: "array", items: only({ name: text, product }), minItems: 1 },
        },
        "version",
        "product",
      ),
      unmapped: { type: "object", minProperties: 1 },
    },
    "time",
    "category_uid",
    "class_uid",
    "activity_id",
    "type_uid",
    "severity_id",
    "metadata",
  ),
  allOf: [
    { anyOf: [{ required: ["src_endpoint"] }, { required: ["dst_endpoint"] }] },
    // A profile that is named brings its required attribute; an attribute of a profile needs the profile.
    { oneOf: [{ required: ["cloud"] }, profiles({ not: { contains: { const: "cloud" } } })] },
  ],
};
