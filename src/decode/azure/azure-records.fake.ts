const subscription = "/subscriptions/0A1B2C3D-0000-4000-8000-00000000ABCD";
const network = `${subscription}/resourceGroups/apps/providers/Microsoft.Network`;

export const nsgId = `${network}/networkSecurityGroups/web-nsg`;
export const subnetId = `${network}/virtualNetworks/web/subnets/front`;

interface Group {
  readonly acl?: string;
  readonly rule: string;
  readonly tuples: readonly string[];
}

/** A VNet flow log record, version 4. */
export function vnetRecord(groups: readonly Group[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    time: "2026-03-01T10:01:05.1234567Z",
    flowLogVersion: 4,
    flowLogGUID: "11111111-2222-4333-8444-555555555555",
    macAddress: "000D3A112233",
    category: "FlowLogFlowEvent",
    flowLogResourceID: `${network.toUpperCase()}/NETWORKWATCHERS/NETWORKWATCHER_WESTEUROPE/FLOWLOGS/WEB-FLOWLOG`,
    targetResourceID: subnetId,
    operationName: "FlowLogFlowEvent",
    flowRecords: {
      flows: groups.map(({ acl = nsgId, rule, tuples }) => ({
        aclID: acl,
        flowGroups: [{ rule, flowTuples: tuples }],
      })),
    },
    ...more,
  };
}

/** An NSG flow log record. */
export function nsgRecord(
  version: number,
  groups: readonly Group[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    time: "2026-03-01T10:01:05.1234567Z",
    systemId: "66666666-7777-4888-8999-aaaaaaaaaaaa",
    macAddress: "000D3A445566",
    category: "NetworkSecurityGroupFlowEvent",
    resourceId: nsgId.toUpperCase(),
    operationName: "NetworkSecurityGroupFlowEvents",
    properties: {
      Version: version,
      flows: groups.map(({ rule, tuples }) => ({ rule, flows: [{ mac: "00-0d-3a-44-55-77", flowTuples: tuples }] })),
    },
    ...more,
  };
}

export function wrapped(...records: unknown[]): string {
  return JSON.stringify({ records });
}
