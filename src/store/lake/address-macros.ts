/**
 * SQL macros over addresses, in SQL alone so that a call with a constant folds to a constant and is pushed into the scan,
 * where it prunes row groups. Names with two leading underscores are parts and no contract.
 */
export const addressMacros: readonly string[] = [
  // The 32 hexadecimal digits of an IPv4 address as ::ffff:a.b.c.d.
  `CREATE MACRO __hex4(t) AS '00000000000000000000ffff' ||
     list_aggregate(list_transform(string_split(t, '.'), lambda octet: printf('%02x', octet::UTINYINT)), 'string_agg', '')`,
  // A trailing dotted quad of an IPv6 address as two groups.
  `CREATE MACRO __without_quad(t) AS CASE WHEN contains(t, '.')
     THEN regexp_extract(t, '^(.*:)[0-9.]+$', 1) || __hex4(regexp_extract(t, ':([0-9.]+)$', 1))[25:28] || ':' ||
          __hex4(regexp_extract(t, ':([0-9.]+)$', 1))[29:32]
     ELSE t END`,
  `CREATE MACRO __groups(t) AS CASE WHEN t = '' THEN []::VARCHAR[] ELSE string_split(t, ':') END`,
  `CREATE MACRO __padded(groups) AS
     coalesce(list_aggregate(list_transform(groups, lambda g: lpad(g, 4, '0')), 'string_agg', ''), '')`,
  `CREATE MACRO __hex6(t) AS CASE WHEN contains(t, '::')
     THEN __padded(__groups(split_part(t, '::', 1))) ||
          repeat('0', 32 - 4 * (len(__groups(split_part(t, '::', 1))) + len(__groups(split_part(t, '::', 2))))) ||
          __padded(__groups(split_part(t, '::', 2)))
     ELSE __padded(__groups(t)) END`,
  `CREATE MACRO __is_ip4(t) AS regexp_full_match(t, '(0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})\\.){3}0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})')`,
  `CREATE MACRO __is_ip6(t) AS contains(t, ':') AND
     regexp_full_match(lower(t), '([0-9a-f]{0,4}:){1,7}([0-9a-f]{0,4}|(0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})\\.){3}0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2}))') AND
     NOT contains(t, ':::') AND regexp_full_match(__hex6(__without_quad(lower(t))), '[0-9a-f]{32}') AND
     CASE WHEN contains(t, '::') THEN len(string_split(t, '::')) = 2 AND NOT starts_with(replace(t, '::', ''), ':') AND
       len(__groups(split_part(__without_quad(lower(t)), '::', 1))) + len(__groups(split_part(__without_quad(lower(t)), '::', 2))) < 8
     ELSE len(string_split(__without_quad(lower(t)), ':')) = 8 AND NOT starts_with(t, ':') AND NOT ends_with(t, ':') END`,
  `CREATE MACRO __hex(t) AS CASE WHEN __is_ip4(t) THEN __hex4(t) WHEN __is_ip6(t) THEN __hex6(__without_quad(lower(t))) END`,
  `CREATE MACRO ip(t) AS CASE WHEN t IS NULL THEN NULL::UUID WHEN __hex(t) IS NOT NULL THEN __hex(t)::UUID
     ELSE error('ip(): ' || t || ' is no IPv4 or IPv6 address')::UUID END`,
  ...cidrMacros(),
  ...textMacros(),
];

function cidrMacros(): string[] {
  const bits = `CASE WHEN contains(c, '/') THEN split_part(c, '/', 2)::UTINYINT + CASE WHEN contains(c, ':') THEN 0 ELSE 96 END ELSE 128 END`;
  const digit = `('0x' || __hex(split_part(c, '/', 1))[n // 4 + 1])::UTINYINT`;
  const filled = (fill: string, edge: string): string =>
    `(__hex(split_part(c, '/', 1))[1:n // 4] ||
      CASE WHEN n % 4 = 0 THEN '' ELSE '0123456789abcdef'[(${edge}) + 1] END || repeat('${fill}', (128 - n) // 4))::UUID`;
  return [
    `CREATE MACRO __bits(c) AS ${bits}`,
    `CREATE MACRO __is_cidr(c) AS regexp_full_match(c, '[^/]+(/[0-9]{1,3})?') AND __hex(split_part(c, '/', 1)) IS NOT NULL AND
       CASE WHEN contains(c, '/') THEN split_part(c, '/', 2)::USMALLINT <= CASE WHEN contains(c, ':') THEN 128 ELSE 32 END ELSE true END`,
    `CREATE MACRO __first(c, n) AS ${filled("0", `${digit} & ((15 << (4 - n % 4)) & 15)`)}`,
    `CREATE MACRO __last(c, n) AS ${filled("f", `${digit} | (15 >> (n % 4))`)}`,
    `CREATE MACRO __checked(c, edge) AS CASE WHEN c IS NULL THEN NULL::UUID WHEN __is_cidr(c) THEN edge
       ELSE error('in_cidr(): ' || c || ' is no block of addresses such as 10.0.0.0/8')::UUID END`,
    `CREATE MACRO in_cidr(addr, c) AS addr BETWEEN __checked(c, __first(c, __bits(c))) AND __checked(c, __last(c, __bits(c)))`,
  ];
}

function textMacros(): string[] {
  const octet = (at: number): string => `('0x' || substr(u::VARCHAR, ${at}, 2))::UTINYINT`;
  const group = (at: number): string => `printf('%x', ('0x' || substr(u::VARCHAR, ${at}, 4))::USMALLINT)`;
  // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes `::`.
  const runs = [8, 7, 6, 5, 4, 3, 2].map((length) => {
    const pattern = `'(^|:)0(:0){${length - 1}}(:|$)'`;
    return `WHEN regexp_matches(t, ${pattern}) THEN regexp_replace(t, ${pattern}, '::')`;
  });
  return [
    `CREATE MACRO __short(t) AS CASE ${runs.join(" ")} ELSE t END`,
    `CREATE MACRO ip_text(u) AS CASE WHEN u IS NULL THEN NULL
       WHEN u BETWEEN '00000000-0000-0000-0000-ffff00000000'::UUID AND '00000000-0000-0000-0000-ffffffffffff'::UUID
       THEN concat_ws('.', ${[29, 31, 33, 35].map(octet).join(", ")})
       ELSE __short(concat_ws(':', ${[1, 5, 10, 15, 20, 25, 29, 33].map(group).join(", ")})) END`,
  ];
}
