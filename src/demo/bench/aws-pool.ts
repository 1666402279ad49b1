import { Random } from "../random.ts";
import { asciiBytes } from "./byte-text.ts";

/** An interface of the benchmark's estate, its texts ready to be copied. */
export interface BenchInterface {
  /** `2 <account> <eni> ` for the default format. */
  readonly head: Uint8Array;
  readonly eni: Uint8Array;
  readonly ip: Uint8Array;
  readonly az: Uint8Array;
  readonly instance: Uint8Array;
  readonly subnet: Uint8Array;
  readonly vpc: Uint8Array;
}

/** An account with its interfaces. */
export interface BenchAccount {
  readonly id: string;
  readonly idBytes: Uint8Array;
  readonly flowLog: string;
  readonly interfaces: readonly BenchInterface[];
}

/** Who talks in the benchmark. */
export interface BenchPool {
  readonly accounts: readonly BenchAccount[];
  /** Addresses outside; the first ones are met far more often. */
  readonly outside: readonly Uint8Array[];
}

const INTERFACES = 400;
const OUTSIDE = 19_600;

/** About 400 interfaces (at least 6 an account) and 20,000 addresses, divided among so many accounts. */
export function buildPool(seed: number, accountCount: number): BenchPool {
  const random = new Random(seed, "bench pool");
  const accounts = Array.from({ length: accountCount }, (_, account): BenchAccount => {
    const id = String(310_000_000_000 + account * 7_919_113);
    const vpc = asciiBytes(`vpc-0${random.hex(16)}`);
    const subnets = Array.from({ length: 6 }, () => asciiBytes(`subnet-0${random.hex(16)}`));
    const own = Math.max(6, Math.floor(INTERFACES / accountCount));
    const interfaces = Array.from({ length: own }, (_, number): BenchInterface => {
      const eni = `eni-0${random.hex(16)}`;
      return {
        head: asciiBytes(`2 ${id} ${eni} `),
        eni: asciiBytes(eni),
        ip: asciiBytes(`10.${account % 256}.${number >> 6}.${10 + (number & 63)} `),
        az: asciiBytes(`euc1-az${1 + (number % 3)}`),
        instance: asciiBytes(number % 9 === 0 ? "-" : `i-0${random.hex(16)}`),
        subnet: subnets[number % 6] ?? vpc,
        vpc,
      };
    });
    return { id, idBytes: asciiBytes(id), flowLog: `fl-0${random.hex(16)}`, interfaces };
  });
  const outside = Array.from({ length: OUTSIDE }, (_, number) => {
    const network = ["45.33", "138.68", "159.65", "52.94", "13.107", "151.101"][number % 6] ?? "45.33";
    return asciiBytes(`${network}.${random.below(256)}.${random.between(1, 254)} `);
  });
  return { accounts, outside };
}
