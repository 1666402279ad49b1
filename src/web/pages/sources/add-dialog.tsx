import { useId, useState } from "react";
import { Dialog } from "../../ui/dialog.tsx";
import { useSources } from "../../client/sources.ts";
import { commandOf, givenOf, placeKinds, type PlaceField, type PlaceKind } from "./add-command.ts";
import { Command } from "./command.tsx";
import { PushEndpoint, PushProgress, Refused } from "./push-endpoint.tsx";
import style from "./add-dialog.module.css";

/** A button, and the dialog that says what to type so that logs come in by themselves. */
export function AddSource({ className }: { readonly className: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        Add a source
      </button>
      {isOpen && <AddDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const [kind, setKind] = useState<PlaceKind | undefined>(placeKinds[0]);
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({});
  if (kind === undefined) return null;
  return (
    <Dialog label="Add a source" onClose={onClose}>
      <div className={style["body"]}>
        <header className={style["head"]}>
          <h2>Add a source</h2>
          <button type="button" className="button button-quiet" onClick={onClose}>
            Close
          </button>
        </header>
        <div className={style["kinds"]} role="group" aria-label="Where the logs lie">
          {placeKinds.map((each) => (
            <button
              key={each.kind}
              type="button"
              className="button"
              aria-pressed={each === kind}
              onClick={() => setKind(each)}
            >
              {each.label}
            </button>
          ))}
        </div>
        <div className={style["fields"]}>
          {kind.fields.map((field) => (
            <Field
              key={field.name}
              field={field}
              value={written[field.name] ?? ""}
              onChange={(value) => setWritten({ ...written, [field.name]: value })}
            />
          ))}
        </div>
        <p className={style["note"]}>{kind.before}</p>
        <Command>{commandOf(kind, written)}</Command>
        {kind.kind === "push" ? (
          <PushSteps given={givenOf(kind, written)} />
        ) : (
          <p className={style["note"]}>
            Typed where Weir runs, it looks first: what is there, what reading it costs, and the least rights it needs.
            Then it writes weir.yaml, and the server begins within seconds. Secrets stay there: this page never sees
            them.
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** Where to send to, once it is in weir.yaml, and what has come. */
function PushSteps({ given }: { readonly given: Readonly<Record<string, string>> }) {
  const { data } = useSources();
  const { name = "", access_key: keyFrom = "" } = given;
  const source = data?.sources.find((each) => each.push !== null && each.name === name);
  const accepts = source?.push?.accepts ?? "any";
  return (
    <>
      <p className={style["note"]}>
        A server that is running begins to take for it within seconds; a variable is read only when it starts. Secrets
        stay where Weir runs: this page never sees them.
      </p>
      <PushEndpoint endpoint={{ name, accepts, keyFrom: source?.push?.key_from ?? keyFrom }} />
      {source === undefined ? (
        <p className={style["note"]} role="status">
          Waiting until weir.yaml names it …
        </p>
      ) : (
        <>
          <PushProgress source={source} />
          {[source.push?.last_error, source.last_error].map(
            (error) => typeof error === "string" && <Refused key={error}>{error}</Refused>,
          )}
        </>
      )}
    </>
  );
}

interface FieldProps {
  readonly field: PlaceField;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ field: { label, example, hint, isNeeded }, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={style["field"]}>
      <label htmlFor={id}>
        {label}
        {isNeeded !== true && <span className={style["fine"]}> optional</span>}
      </label>
      <input
        id={id}
        className="input"
        value={value}
        placeholder={example}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} className={style["fine"]}>
          {hint}
        </span>
      )}
    </div>
  );
}
