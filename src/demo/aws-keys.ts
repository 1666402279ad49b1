import type { AwsFlowLog } from "./world/hosts.ts";

export const SLOT_SECONDS = 300;

/** Where AWS puts the object of one five-minute slot. */
export function awsObjectKey(
  log: Pick<AwsFlowLog, "account" | "region" | "id" | "bucket" | "hive">,
  slotSeconds: number,
  hash: string,
): string {
  const { account, region, id, bucket, hive } = log;
  const iso = new Date(slotSeconds * 1_000).toISOString();
  const [year = "", month = "", day = ""] = iso.slice(0, 10).split("-");
  const folder = hive
    ? `aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${day}`
    : `${account}/vpcflowlogs/${region}/${year}/${month}/${day}`;
  const stamp = `${year}${month}${day}T${iso.slice(11, 13)}${iso.slice(14, 16)}Z`;
  return `s3/${bucket}/AWSLogs/${folder}/${account}_vpcflowlogs_${region}_${id}_${stamp}_${hash}.log.gz`;
}
