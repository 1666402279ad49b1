import { partitionOfRegion } from "../clouds.ts";
import { policyDocument, type RightsPart } from "./aws-rights.ts";

/** How far an estate is read. */
export interface EstateReach {
  readonly cloud: "aws" | "azure";
  /** AWS: all accounts of the organisation, by a role of this name in each. */
  readonly isOrganization?: boolean;
  readonly roleName?: string;
  readonly region?: string;
  /** Azure: all subscriptions below it. */
  readonly managementGroup?: string;
}

/** What reading an estate takes: `weir add aws`, `weir add azure`. Nothing of it can be narrowed to single resources, and nothing of it writes. */
export function estateRights(reach: EstateReach): RightsPart {
  return reach.cloud === "aws" ? awsEstateRights(reach) : azureEstateRights(reach);
}

const DESCRIBE = [
  "ec2:DescribeRegions",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeVpcs",
  "ec2:DescribeSubnets",
  "ec2:DescribeNetworkInterfaces",
];

/** The same in one line, beside the rights of a single place, which is collected without. */
export function optionalEstateRights(reach: EstateReach): RightsPart {
  const optional = reach.cloud === "aws" ? DESCRIBE.join(", ") : "the role Reader on the subscription";
  return { ...estateRights(reach), optional };
}

/** Actions of describing take no resource: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2". */
function awsEstateRights({ isOrganization = false, roleName, region = "" }: EstateReach): RightsPart {
  const statements: object[] = [
    {
      Sid: "ReadWhatIsLogged",
      Effect: "Allow",
      Action: DESCRIBE,
      Resource: "*",
    },
  ];
  if (isOrganization)
    statements.push({ Sid: "ListAccounts", Effect: "Allow", Action: "organizations:ListAccounts", Resource: "*" });
  if (roleName !== undefined)
    statements.push({
      Sid: "ReadOtherAccounts",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: `arn:${partitionOfRegion(region).id}:iam::*:role/${roleName}`,
    });
  const alsoOf = roleName === undefined ? "" : `; the first statement also of each role ${roleName}`;
  return {
    title: `IAM policy to see the whole estate and what of it is not logged (weir add aws)${alsoOf}`,
    text: policyDocument(statements),
  };
}

function azureEstateRights({ managementGroup }: EstateReach): RightsPart {
  const scope =
    managementGroup === undefined
      ? "/subscriptions/SUBSCRIPTION-ID"
      : `/providers/Microsoft.Management/managementGroups/${managementGroup}`;
  return {
    title: "Role assignment to see the whole estate and what of it is not logged (weir add azure)",
    text: `az role assignment create --assignee PRINCIPAL-ID --role Reader \\\n  --scope ${scope}`,
  };
}
