import { useEntity } from "../../client/entity.ts";
import { useView } from "../../state/view.ts";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { EntityHeader } from "./entity-header.tsx";
import { EntityTraffic } from "./entity-traffic.tsx";
import { NeverSeen } from "./never-seen.tsx";
import style from "./entity.module.css";

/** All about one address, block, instance, interface, subnet, network or account: the hub that every value leads to. */
export default function EntityPage() {
  const { parameters, view } = useView();
  const [kind, id] = [parameters.get("kind") ?? "address", parameters.get("id") ?? ""];
  const { data: entity, error, refetch } = useEntity(kind, id);
  if (id === "")
    return (
      <Empty title="Nobody is named.">
        Open this page from a value, or find a name or an address with the palette.
      </Empty>
    );
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (entity === undefined) return <Loading what={id} />;
  const isSeen = entity.first_seen !== null;
  return (
    <div className={style["page"]}>
      <EntityHeader entity={entity} />
      {view.filter !== "" && isSeen && (
        <p className={style["filtered"]}>
          The filter of the query bar applies to all that is below: <code>{view.filter}</code>
        </p>
      )}
      {isSeen ? <EntityTraffic entity={entity} /> : <NeverSeen entity={entity} />}
    </div>
  );
}
