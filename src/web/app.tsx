import { lazy, Suspense, type ReactNode } from "react";
import { Route, Switch, useLocation } from "wouter";
import { useSession } from "./client/session.ts";
import { FilterGate } from "./shell/filter-gate.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { Shell } from "./shell/shell.tsx";
import { Boundary } from "./ui/boundary.tsx";
import { Failed, Loading } from "./ui/states.tsx";

/** The code of each page by its address. */
const load = {
  "/": () => import("./pages/overview/overview.tsx"),
  "/explore": () => import("./pages/explore/explore.tsx"),
  "/conversations": () => import("./pages/rows/rows.tsx"),
  "/map": () => import("./pages/map/map.tsx"),
  "/entity": () => import("./pages/entity/entity.tsx"),
  "/path": () => import("./pages/path/path.tsx"),
  "/sources": () => import("./pages/sources/sources.tsx"),
  "/account": () => import("./pages/account/account.tsx"),
};
// That of the page that is asked for comes while the server says who asks.
void Object.entries(load)
  .find(([path]) => path === location.pathname)?.[1]()
  .catch(() => undefined);

const Overview = lazy(load["/"]);
const Explore = lazy(load["/explore"]);
const Rows = lazy(load["/conversations"]);
const MapPage = lazy(load["/map"]);
const Entity = lazy(load["/entity"]);
const Path = lazy(load["/path"]);
const Sources = lazy(load["/sources"]);
const FirstRun = lazy(() => import("./pages/sources/first-run.tsx"));
const SignIn = lazy(() => import("./pages/account/sign-in.tsx"));
const Account = lazy(load["/account"]);

/** Which page, once it is known who asks and what there is. */
export function App() {
  const session = useSession();
  if (session.isPending) return <Loading what="Weir" />;
  if (session.error !== null) return <Failed error={session.error} retry={() => void session.refetch()} />;
  if (session.data.user === null)
    return (
      <Boundary place="sign-in">
        <Suspense fallback={<Loading what="the sign-in page" />}>
          <SignIn />
        </Suspense>
      </Boundary>
    );
  return (
    <Shell session={session.data}>
      <Pages hasFlows={session.data.lake?.has_flows === true} />
    </Shell>
  );
}

/** The page of the address. Those that the filter asks are drawn only with one that is right. */
function Pages({ hasFlows }: { readonly hasFlows: boolean }) {
  const [path] = useLocation();
  return (
    <Boundary place={path}>
      <Suspense fallback={<Loading what="the page" />}>
        <Switch>
          <Route path="/sources" component={Sources} />
          <Route path="/account" component={Account} />
          {!hasFlows && <Route component={FirstRun} />}
          <Route path="/path" component={Path} />
          <Route path="/">{filtered(<Overview />)}</Route>
          <Route path="/explore">{filtered(<Explore />)}</Route>
          <Route path="/conversations">{filtered(<Rows />)}</Route>
          <Route path="/map">{filtered(<MapPage />)}</Route>
          <Route path="/entity">{filtered(<Entity />)}</Route>
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Boundary>
  );
}

function filtered(page: ReactNode): ReactNode {
  return <FilterGate>{page}</FilterGate>;
}
