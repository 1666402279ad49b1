/** How the keys of clouds tell a time: AWS in the file's name (`…_20260301T1205Z_…`), Azure and Google Cloud in folders of days and hours. */
const shapes = [
  /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_/,
  /\/y=(\d{4})\/m=(\d{2})\/d=(\d{2})\/h=(\d{2})\/m=(\d{2})\//,
  /\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2}):(\d{2}):\d{2}_/,
];

/** The time that an object's key holds, milliseconds; undefined where it holds none. */
export function keyTime(key: string): number | undefined {
  for (const shape of shapes) {
    const [, year, month, day, hour, minute] = (shape.exec(key) ?? []).map(Number);
    if (year !== undefined && month !== undefined) return Date.UTC(year, month - 1, day, hour, minute);
  }
  return undefined;
}

/** Account and region that an AWS object's key names; undefined where it names none. */
export function keyPlace(key: string): string | undefined {
  const [, account, region] = /(?:^|\/)(\d{12})_vpcflowlogs_([a-z0-9-]+)_fl-/.exec(key) ?? [];
  return account === undefined ? undefined : `${account}, ${region}`;
}
