import { WeirError } from "#base/errors.js";
import type { Console } from "./console.ts";

/** Where a password comes from: never an argument, which every process of the machine could see. */
export interface PasswordOption {
  readonly passwordStdin?: boolean;
}

/** A new password: typed twice without showing it, or the first line of standard input. @throws WeirError `no-password` */
export async function readNewPassword(console: Console, { passwordStdin }: PasswordOption): Promise<string> {
  if (passwordStdin === true) return readFirstLine(console.stdin);
  if (!console.stdin.isTTY)
    throw new WeirError({
      code: "no-password",
      kind: "usage",
      message: "there is no terminal to ask for the password at",
      next: "Pipe it in: pass show weir | weir user add NAME --password-stdin",
    });
  const password = await prompt(console, "Password (12 characters or more): ");
  if ((await prompt(console, "Again: ")) === password) return password;
  throw new WeirError({
    code: "no-password",
    kind: "usage",
    message: "the two were not the same",
    next: "Run the command again.",
  });
}

async function readFirstLine(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  const [line = ""] = Buffer.concat(chunks).toString("utf8").split(/\r?\n/);
  return line;
}

const END = new Set(["\r", "\n", "\u0004"]);
const RUBBED_OUT = new Set(["\u007f", "\b"]);

/** Asks at the terminal. Nothing of what is typed is shown, not even how much. */
async function prompt({ stdin, err }: Console, question: string): Promise<string> {
  await err.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    await err.line();
  }
}

function typed(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const characters: string[] = [];
    const onData = (text: string): void => {
      for (const character of text) {
        if (character === "\u0003" || END.has(character)) {
          stdin.off("data", onData);
          if (character === "\u0003")
            reject(new WeirError({ code: "interrupted", kind: "environment", message: "stopped" }));
          else resolve(characters.join(""));
          return;
        }
        if (RUBBED_OUT.has(character)) characters.pop();
        else if (character === "\u0015") characters.length = 0;
        else characters.push(character);
      }
    };
    stdin.on("data", onData);
    stdin.resume();
  });
}
