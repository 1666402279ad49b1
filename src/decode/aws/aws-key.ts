/** What an S3 key (or a path that ends like one) says of the flow log that wrote the object. */
export interface KeyFacts {
  readonly accountId?: string;
  readonly region?: string;
  /** `fl-…` */
  readonly flowLogId?: string;
  /** Microseconds: the time in the file's name, the begin of the five minutes that it covers. */
  readonly timeMicros?: number;
}

const MINUTE_MICROS = 60_000_000;
/** Longest beginning of a path that is dropped before matching, so that a hostile key costs little. */
const KEY_TAIL = 1024;

const fileName =
  /(?:^|[/_])(\d{12})_vpcflowlogs_([a-z0-9-]{4,30})_(fl-[0-9a-f]{1,40})_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[0-9a-zA-Z]+\.log/;
const folder =
  /(?:^|\/)(?:aws-account-id=)?(\d{12})\/(?:(?:aws-)?service=)?vpcflowlogs\/(?:aws-region=)?([a-z0-9-]{4,30})\//;
const idAnywhere = /(?:^|[^0-9A-Za-z])(fl-[0-9a-f]{8,40})(?![0-9A-Za-z])/;

/**
 * Reads a key of the form `…AWSLogs/ACCOUNT/vpcflowlogs/REGION/YYYY/MM/DD/ACCOUNT_vpcflowlogs_REGION_fl-ID_YYYYMMDDTHHmmZ_HASH.log.gz`.
 * The file's name alone is enough; of a key that has another form, whatever part is there is taken.
 */
export function readKey(key: string): KeyFacts {
  const tail = decodeKey(key.slice(-KEY_TAIL));
  const name = fileName.exec(tail);
  if (name !== null) {
    const [, accountId, region, flowLogId, year, month, day, hour, minute] = name;
    const minutes = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / 60_000;
    return {
      ...(accountId !== undefined && { accountId }),
      ...(region !== undefined && { region }),
      ...(flowLogId !== undefined && { flowLogId }),
      timeMicros: minutes * MINUTE_MICROS,
    };
  }
  const place = folder.exec(tail);
  const flowLogId = idAnywhere.exec(tail)?.[1];
  return {
    ...(place?.[1] !== undefined && { accountId: place[1] }),
    ...(place?.[2] !== undefined && { region: place[2] }),
    ...(flowLogId !== undefined && { flowLogId }),
  };
}

/** Notifications hand keys on URL-encoded: Hive folders arrive as `aws-region%3Deu-west-1`. */
function decodeKey(key: string): string {
  return key.replaceAll(/%3[dD]/g, "=").replaceAll(/%2[fF]/g, "/");
}
