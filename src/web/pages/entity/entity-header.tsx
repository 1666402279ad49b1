import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { EntityJson } from "#api/contract/index.js";
import { humanTime } from "#base/human.js";
import { joinFilters } from "../../state/filter-join.ts";
import { cloudText } from "../../state/fields.ts";
import { useTimeRange } from "../../state/time.ts";
import { useView } from "../../state/view.ts";
import { hasPage, kindWord, shortId } from "./entity-words.ts";
import { SeenDays } from "./seen-days.tsx";
import style from "./entity.module.css";

type Part = EntityJson["identity"][number];

/** Who it is: name, kind, where it belongs, when it was seen, and what can be asked about it next. */
export function EntityHeader({ entity }: { readonly entity: EntityJson }) {
  const { view, linkTo } = useView();
  const { kind, id, name, role, owner, named_by: namedBy, filter, realms } = entity;
  const isEnd = kind === "address" || kind === "block" || kind === "instance" || kind === "interface";
  return (
    <header className={style["header"]}>
      <div className={style["titleRow"]}>
        <div className={style["titles"]}>
          <span className={style["kind"]}>
            {kindWord(kind, id)}
            {entity.is_public === true && ", public"}
            {entity.is_public === false && ", private"}
          </span>
          <h1 className={style["name"]}>{name ?? shortId(id)}</h1>
          <CopyId id={id} />
        </div>
        <nav className={style["actions"]} aria-label="About it">
          {isEnd && (
            <>
              <Link className="button" href={linkTo("/path", { client: id })}>
                Why can’t it reach …
              </Link>
              <Link className="button" href={linkTo("/path", { server: id })}>
                Why can’t … reach it
              </Link>
            </>
          )}
          <Link
            className="button"
            href={linkTo("/conversations", { q: joinFilters(view.filter, filter), unfold: "all" })}
          >
            Conversations
          </Link>
          <Link className="button" href={linkTo("/explore", { q: joinFilters(view.filter, filter), unfold: "all" })}>
            Explore
          </Link>
        </nav>
      </div>
      {(role !== null || owner !== null || namedBy !== null) && (
        <p className={style["facts"]}>
          {role !== null && <span className={style["badge"]}>{role.replaceAll("_", " ")}</span>}
          {owner !== null && <span>owner: {owner}</span>}
          {namedBy !== null && (
            <span className={style["faint"]} title={namedBy}>
              named by {namedBy.slice(namedBy.lastIndexOf("/") + 1)}
            </span>
          )}
        </p>
      )}
      {realms.length > 1 && kind === "address" && (
        <p className={style["warning"]}>
          This address was seen in {realms.length} routing domains: it may stand for different machines. The numbers
          below are of all of them; filter by network to tell them apart.
        </p>
      )}
      <Identity entity={entity} />
      {entity.first_seen !== null && <Seen entity={entity} />}
    </header>
  );
}

function CopyId({ id }: { readonly id: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(id).then(() => setCopied(true));
  };
  return (
    <span className={style["id"]}>
      <code>{id}</code>
      <button type="button" className="button button-quiet" aria-label={`Copy ${id}`} onClick={copy}>
        {isCopied ? <Check size={14} /> : <Copy size={14} />}
      </button>
    </span>
  );
}

/** What it belongs to and what it holds, each with a page of its own. */
function Identity({ entity: { identity, identity_counts: counts } }: { readonly entity: EntityJson }) {
  if (identity.length === 0) return null;
  const kinds = [...new Set(identity.map(({ kind }) => kind))];
  return (
    <dl className={style["identity"]}>
      {kinds.map((kind) => {
        const parts = identity.filter((part) => part.kind === kind);
        const count = counts[kind] ?? parts.length;
        return (
          <div key={kind} className={style["part"]}>
            <dt>
              {kindWord(kind, parts[0]?.id ?? "")}
              {count > 1 && <span className={style["faint"]}> {count}</span>}
            </dt>
            <dd>
              <Parts parts={parts} count={count} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const SHOWN = 3;

function Parts({ parts, count }: { readonly parts: readonly Part[]; readonly count: number }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? parts : parts.slice(0, SHOWN);
  return (
    <>
      {shown.map((part) => (
        <PartLink key={part.id} part={part} />
      ))}
      {parts.length > SHOWN && (
        <button type="button" className={style["more"]} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "fewer" : `${count - SHOWN} more`}
        </button>
      )}
      {isWhole && count > parts.length && <span className={style["faint"]}>and {count - parts.length} others</span>}
    </>
  );
}

function PartLink({ part: { kind, id, name, from, to } }: { readonly part: Part }) {
  const { linkTo } = useView();
  const { timeZone } = useTimeRange();
  const text = kind === "provider" ? cloudText(id) : (name ?? shortId(id));
  const time =
    from === null || to === null ? "known from an inventory" : `${timeOf(from, timeZone)} to ${timeOf(to, timeZone)}`;
  const title = `${id}\n${time}`;
  return hasPage(kind) ? (
    <Link className={style["partLink"]} href={linkTo("/entity", { kind, id })} title={title}>
      {text}
      {name !== null && <span className={style["faint"]}> {shortId(id)}</span>}
    </Link>
  ) : (
    <span title={title}>{text}</span>
  );
}

function timeOf(text: string, timeZone: string): string {
  return humanTime(Date.parse(text) * 1000, timeZone);
}

function Seen({ entity: { first_seen: first, last_seen: last, days } }: { readonly entity: EntityJson }) {
  const { timeZone } = useTimeRange();
  return (
    <div className={style["seen"]}>
      <dl className={style["seenTimes"]}>
        <div>
          <dt>First seen</dt>
          <dd>{first === null ? "never" : timeOf(first, timeZone)}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>{last === null ? "never" : timeOf(last, timeZone)}</dd>
        </div>
      </dl>
      <SeenDays days={days} />
    </div>
  );
}
