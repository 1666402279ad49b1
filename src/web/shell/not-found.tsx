import { Link, useLocation } from "wouter";
import { useView } from "../state/view.ts";
import { Empty } from "../ui/states.tsx";

/** There is no such page. */
export function NotFound() {
  const [path] = useLocation();
  const { linkTo } = useView();
  return (
    <Empty title="There is no such page.">
      <p>
        Nothing is at <code>{path}</code>. The link may be mistyped, or of another version of Weir.
      </p>
      <Link className="button" href={linkTo("/")}>
        Go to the overview
      </Link>
    </Empty>
  );
}
