/**
 * SQL macros over addresses, in SQL alone so that a call with a constant folds to a constant and is pushed into the scan,
 * where it prunes row groups. Names with two leading underscores are parts and no contract.
 *
 * A macro pastes its arguments wherever they are named, so nesting multiplies the expression; `given` names a value once.
 */
export const addressMacros: readonly string[] = [...parsing(), ...blocks(), ...printing()];

/** `body` with `name` standing for `value`, computed once. The body must not name macro arguments: `name` could hide a column. */
function given(name: string, value: string, body: string): string {
  return `list_transform([${value}], lambda ${name}: ${body})[1]`;
}

function parsing(): string[] {
  const octet = "0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})";
  const quad = `(${octet}\\.){3}${octet}`;
  const groups = "([0-9a-f]{1,4}(:[0-9a-f]{1,4})*)?";
  const digits = (of: string): string =>
    `coalesce(list_aggregate(list_transform(${of}, lambda __g: lpad(__g, 4, '0')), 'string_agg', ''), '')`;
  const sides = `{'l': __groups(split_part(__s, '::', 1)), 'r': __groups(split_part(__s, '::', 2)), 'gap': contains(__s, '::')}`;
  const count = "(len(__p.l) + len(__p.r))";
  const filled = `CASE WHEN (__p.gap AND ${count} < 8) OR (NOT __p.gap AND ${count} = 8)
    THEN ${digits("__p.l")} || repeat('0', 32 - 4 * ${count}) || ${digits("__p.r")} END`;
  return [
    // Eight hexadecimal digits of a dotted quad.
    `CREATE MACRO __quad(t) AS
       list_aggregate(list_transform(string_split(t, '.'), lambda __o: printf('%02x', __o::UTINYINT)), 'string_agg', '')`,
    `CREATE MACRO __groups(t) AS CASE WHEN t = '' THEN []::VARCHAR[] ELSE string_split(t, ':') END`,
    // An IPv6 text whose trailing dotted quad has become two groups.
    `CREATE MACRO __plain(t) AS ${given(
      "__t",
      "lower(t)",
      `CASE WHEN regexp_full_match(__t, '.*:${quad}') THEN regexp_extract(__t, '^(.*:)[0-9.]+$', 1) ||
         regexp_replace(__quad(regexp_extract(__t, '[0-9.]+$')), '(....)(....)', '\\1:\\2') ELSE __t END`,
    )}`,
    // The 32 hexadecimal digits of an address; null when the text is none.
    `CREATE MACRO __hex(t) AS CASE
       WHEN regexp_full_match(t, '${quad}') THEN '00000000000000000000ffff' || __quad(t)
       WHEN contains(t, ':') THEN ${given("__s", "__plain(t)", `CASE WHEN regexp_full_match(__s, '${groups}(::${groups})?') THEN ${given("__p", sides, filled)} END`)}
       END`,
    // What is no address fails in the cast, with the text in the message.
    `CREATE MACRO ip(t) AS coalesce(__hex(t), 'no address: ' || t)::UUID`,
  ];
}

function blocks(): string[] {
  const hex = "__hex(split_part(c, '/', 1))";
  const length = "TRY_CAST(split_part(c, '/', 2) AS INTEGER)";
  const bits = `CASE WHEN NOT contains(c, '/') THEN 128 WHEN contains(c, ':') AND ${length} BETWEEN 0 AND 128 THEN ${length}
     WHEN NOT contains(c, ':') AND ${length} BETWEEN 0 AND 32 THEN ${length} + 96 END`;
  const digit = "('0x' || __b.h[__b.n // 4 + 1])::INTEGER";
  const filled = (fill: string, edge: string): string =>
    `CASE WHEN __b.h IS NULL OR __b.n IS NULL THEN 'no block of addresses: ' || __b.c ELSE __b.h[1:__b.n // 4] ||
       CASE WHEN __b.n % 4 = 0 THEN '' ELSE '0123456789abcdef'[(${edge}) + 1] END || repeat('${fill}', (128 - __b.n) // 4) END`;
  const block = `{'c': c, 'h': ${hex}, 'n': ${bits}}`;
  return [
    `CREATE MACRO __first(c) AS ${given("__b", block, filled("0", `${digit} & ((15 << (4 - __b.n % 4)) & 15)`))}::UUID`,
    `CREATE MACRO __last(c) AS ${given("__b", block, filled("f", `${digit} | (15 >> (__b.n % 4))`))}::UUID`,
    `CREATE MACRO in_cidr(addr, c) AS addr BETWEEN __first(c) AND __last(c)`,
  ];
}

function printing(): string[] {
  const octet = (at: number): string => `('0x' || substr(u::VARCHAR, ${at}, 2))::UTINYINT`;
  const group = (at: number): string => `printf('%x', ('0x' || substr(u::VARCHAR, ${at}, 4))::USMALLINT)`;
  // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes `::`.
  const runs = [8, 7, 6, 5, 4, 3, 2].map((groups) => {
    const pattern = `'(^|:)0(:0){${groups - 1}}(:|$)'`;
    return `WHEN regexp_matches(__t, ${pattern}) THEN regexp_replace(__t, ${pattern}, '::')`;
  });
  const long = `concat_ws(':', ${[1, 5, 10, 15, 20, 25, 29, 33].map(group).join(", ")})`;
  return [
    `CREATE MACRO ip_text(u) AS CASE WHEN u IS NULL THEN NULL
       WHEN u BETWEEN '00000000-0000-0000-0000-ffff00000000'::UUID AND '00000000-0000-0000-0000-ffffffffffff'::UUID
       THEN concat_ws('.', ${[29, 31, 33, 35].map(octet).join(", ")})
       ELSE ${given("__t", long, `CASE ${runs.join(" ")} ELSE __t END`)} END`,
  ];
}
