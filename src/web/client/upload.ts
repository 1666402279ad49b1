import type { IngestReportJson, Problem } from "#api/contract/index.js";
import { ProblemError, requestHeaders } from "./request.ts";

/** A file to send, and what it is called: with its folders, which tell account and region. */
export interface SentFile {
  readonly file: File;
  readonly path: string;
}

interface UploadOptions {
  /** Names the progress that the server tells of: source `upload:JOB`. */
  readonly job: string;
  readonly onSent: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Sends files in one form. @returns what became of them, when it is durable @throws ProblemError */
export async function uploadFiles(
  files: readonly SentFile[],
  { job, onSent, signal }: UploadOptions,
): Promise<IngestReportJson> {
  const form = new FormData();
  for (const { file, path } of files) form.append("file", file, path);
  // fetch does not tell how much it has sent.
  const sending = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    sending.open("POST", `/api/v1/ingest?job=${job}`);
    for (const [name, value] of Object.entries(requestHeaders())) sending.setRequestHeader(name, value);
    sending.upload.addEventListener("progress", ({ loaded }) => onSent(loaded));
    sending.addEventListener("load", () => {
      if (sending.status === 200) resolve(JSON.parse(sending.responseText) as IngestReportJson);
      else reject(new ProblemError(problemIn(sending)));
    });
    sending.addEventListener("error", () => reject(new ProblemError(broken)));
    sending.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(form);
  });
}

const broken: Problem = {
  type: "about:blank",
  title: "The connection broke while files were sent.",
  status: 0,
  code: "unreachable",
  detail: "Is `weir serve` still running? Sending the same files again counts nothing twice.",
};

function problemIn({ responseText, statusText, status }: XMLHttpRequest): Problem {
  try {
    return JSON.parse(responseText) as Problem;
  } catch {
    return { type: "about:blank", title: statusText, status, code: "unreadable" };
  }
}
