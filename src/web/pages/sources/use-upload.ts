import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { IngestReportJson } from "#api/contract/index.js";
import { refreshAnswers } from "../../client/events.ts";
import { SESSION_KEY } from "../../client/session.ts";
import { uploadFiles, type SentFile } from "../../client/upload.ts";
import { inForms } from "./dropped-files.ts";
import { sumOfReports } from "./report-sum.ts";

/** Where an upload stands. */
export type Upload =
  | { readonly phase: "idle" }
  | {
      readonly phase: "sending";
      readonly job: string;
      readonly files: number;
      readonly sentBytes: number;
      readonly totalBytes: number;
    }
  | { readonly phase: "done"; readonly report: IngestReportJson }
  | { readonly phase: "failed"; readonly error: unknown };

export interface UploadState {
  readonly upload: Upload;
  readonly send: (files: readonly SentFile[]) => void;
  /** Stops what is being sent, or puts the report away. */
  readonly clear: () => void;
}

/** Sends files to be read, and says how far it is. */
export function useUpload(): UploadState {
  const client = useQueryClient();
  const [upload, setUpload] = useState<Upload>({ phase: "idle" });
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  const send = useCallback(
    (files: readonly SentFile[]): void => {
      if (files.length === 0) return;
      stopping.current?.abort();
      const controller = new AbortController();
      stopping.current = controller;
      const { signal } = controller;
      const job = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
      const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
      const show = (sentBytes: number): void =>
        setUpload({
          phase: "sending",
          job,
          files: files.length,
          sentBytes: Math.min(sentBytes, totalBytes),
          totalBytes,
        });
      const run = async (): Promise<void> => {
        const reports: IngestReportJson[] = [];
        let before = 0;
        for (const form of inForms(files)) {
          const onSent = (bytes: number): void => show(before + bytes);
          reports.push(await uploadFiles(form, { job, onSent, signal }));
          before += form.reduce((sum, { file }) => sum + file.size, 0);
        }
        setUpload({ phase: "done", report: sumOfReports(reports) });
        void client.invalidateQueries({ queryKey: SESSION_KEY });
        refreshAnswers(client);
      };
      show(0);
      run().catch((error: unknown) => {
        if (!signal.aborted) setUpload({ phase: "failed", error });
      });
    },
    [client],
  );
  const clear = useCallback((): void => {
    stopping.current?.abort();
    setUpload({ phase: "idle" });
  }, []);
  return { upload, send, clear };
}
