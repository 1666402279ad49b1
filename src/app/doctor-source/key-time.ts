/**
 * The time that an object's key holds, milliseconds: of AWS that of its file name (`…_20260301T1205Z_…`), of Azure its hour; undefined
 * where it holds none.
 */
export function keyTime(key: string): number | undefined {
  const aws = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_/.exec(key);
  const parts = aws ?? /\/y=(\d{4})\/m=(\d{2})\/d=(\d{2})\/h=(\d{2})\/m=(\d{2})\//.exec(key);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute] = parts.map(Number);
  if (year === undefined || month === undefined) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** Account and region that an AWS object's key names; undefined where it names none. */
export function keyPlace(key: string): string | undefined {
  const [, account, region] = /(?:^|\/)(\d{12})_vpcflowlogs_([a-z0-9-]+)_fl-/.exec(key) ?? [];
  return account === undefined ? undefined : `${account}, ${region}`;
}
