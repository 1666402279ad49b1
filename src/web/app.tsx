import { lazy, Suspense, type ReactNode } from "react";
import { Route, Switch, useLocation } from "wouter";
import { useSession } from "./client/session.ts";
import { FilterGate } from "./shell/filter-gate.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { Shell } from "./shell/shell.tsx";
import { Boundary } from "./ui/boundary.tsx";
import { Failed, Loading } from "./ui/states.tsx";

const Overview = lazy(() => import("./pages/overview/overview.tsx"));
const Explore = lazy(() => import("./pages/explore/explore.tsx"));
const Rows = lazy(() => import("./pages/rows/rows.tsx"));
const MapPage = lazy(() => import("./pages/map/map.tsx"));
const Entity = lazy(() => import("./pages/entity/entity.tsx"));
const Path = lazy(() => import("./pages/path/path.tsx"));
const Sources = lazy(() => import("./pages/sources/sources.tsx"));
const FirstRun = lazy(() => import("./pages/sources/first-run.tsx"));
const SignIn = lazy(() => import("./pages/account/sign-in.tsx"));
const Account = lazy(() => import("./pages/account/account.tsx"));

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
