import { MoreHorizontal } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ExportFormat } from "#api/contract/index.js";
import { curlCommand, exportLink, type PanelSource } from "../client/panel-source.ts";
import { useSession } from "../client/session.ts";
import { useCopy } from "./copy-text.ts";
import type { DrawPicture } from "./panel-picture.ts";
import style from "./panel-actions.module.css";

interface PanelActionsProps {
  /** Of the panel, for who cannot see what the menu belongs to. */
  readonly title: string;
  readonly source: PanelSource;
  readonly picture?: DrawPicture | undefined;
}

const formats: readonly (readonly [format: ExportFormat, label: string])[] = [
  ["csv", "CSV"],
  ["jsonl", "JSON lines"],
  ["parquet", "Parquet"],
];

/** What can be done with a panel: link, downloads, the same question elsewhere, a picture. */
export function PanelActions({ title, source, picture }: PanelActionsProps) {
  const { said, copy } = useCopy();
  const session = useSession().data;
  const mayExport = session?.user?.role !== "viewer";
  const curl = (): string => curlCommand(source, location.origin, session?.auth === "password");
  return (
    <>
      <span role="status" className={style["said"]}>
        {said}
      </span>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          className={style["trigger"]}
          aria-label={`Actions of ${title}`}
          title="Link, download, copy"
        >
          <MoreHorizontal size={16} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
            <DropdownMenu.Item className="menu-item" onSelect={() => copy(location.href, "Link")}>
              Copy link to this view
            </DropdownMenu.Item>
            {source.rows !== undefined && <Downloads rows={source.rows} mayExport={mayExport} />}
            {picture !== undefined && (
              <DropdownMenu.Item className="menu-item" onSelect={() => savePicture(picture(), title)}>
                PNG <span className={style["hint"]}>picture</span>
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Separator className="menu-line" />
            <DropdownMenu.Item className="menu-item" onSelect={() => copy(source.command, "Command")}>
              Copy as weir command
            </DropdownMenu.Item>
            <DropdownMenu.Item className="menu-item" onSelect={() => copy(curl(), "Command")}>
              Copy as curl
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  );
}

interface DownloadsProps {
  readonly rows: NonNullable<PanelSource["rows"]>;
  readonly mayExport: boolean;
}

function Downloads({ rows, mayExport }: DownloadsProps) {
  return (
    <>
      <DropdownMenu.Separator className="menu-line" />
      <DropdownMenu.Label className="menu-label">
        {mayExport ? "Download" : "Downloads need the role analyst"}
      </DropdownMenu.Label>
      {formats.map(([format, label]) =>
        mayExport ? (
          <DropdownMenu.Item key={format} className="menu-item" asChild>
            <a className={style["link"]} href={exportLink(rows, format)} download>
              {label}
            </a>
          </DropdownMenu.Item>
        ) : (
          <DropdownMenu.Item key={format} className="menu-item" disabled>
            {label}
          </DropdownMenu.Item>
        ),
      )}
    </>
  );
}

function savePicture(url: string, title: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = `weir-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.png`;
  link.click();
}
