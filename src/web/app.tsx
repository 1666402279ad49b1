import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useSession } from "./client/session.ts";
import { Shell } from "./shell/shell.tsx";
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
  const { user, lake } = session.data;
  if (user === null)
    return (
      <Suspense fallback={<Loading what="the sign-in page" />}>
        <SignIn />
      </Suspense>
    );
  return (
    <Shell session={session.data}>
      <Suspense fallback={<Loading what="the page" />}>
        <Switch>
          <Route path="/sources" component={Sources} />
          <Route path="/account" component={Account} />
          {lake?.ready !== true && <Route component={FirstRun} />}
          <Route path="/" component={Overview} />
          <Route path="/explore" component={Explore} />
          <Route path="/conversations" component={Rows} />
          <Route path="/map" component={MapPage} />
          <Route path="/entity" component={Entity} />
          <Route path="/path" component={Path} />
          <Route>
            <Redirect to="/" />
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
