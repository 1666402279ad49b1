import { lazy, Suspense, useEffect, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { useSession } from "./client/session.ts";
import { pageCode } from "./page-code.tsx";
import { FilterGate } from "./shell/filter-gate.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { Shell } from "./shell/shell.tsx";
import { Boundary } from "./ui/boundary.tsx";
import { Failed, Loading } from "./ui/states.tsx";

/** The pages by their address. */
const pages = {
  "/": pageCode(() => import("./pages/overview/overview.tsx")),
  "/explore": pageCode(() => import("./pages/explore/explore.tsx")),
  "/conversations": pageCode(() => import("./pages/rows/rows.tsx")),
  "/map": pageCode(() => import("./pages/map/map.tsx")),
  "/entity": pageCode(() => import("./pages/entity/entity.tsx")),
  "/path": pageCode(() => import("./pages/path/path.tsx")),
  "/sources": pageCode(() => import("./pages/sources/sources.tsx")),
  "/account": pageCode(() => import("./pages/account/account.tsx")),
} as const;
const FirstRun = lazy(() => import("./pages/sources/first-run.tsx"));
const SignIn = lazy(() => import("./pages/account/sign-in.tsx"));

/** The code of the first page comes while the server says who asks. */
const first = Object.entries(pages).find(([path]) => path === location.pathname)?.[1];
const firstCode = first?.prepare();

/** Whether the code of the first page is there; afterwards, that of the others comes, so that going there takes no time. */
function useFirstCode(): boolean {
  const [isThere, setThere] = useState(firstCode === undefined);
  useEffect(() => {
    void firstCode?.then(() => setThere(true));
    const others = async (): Promise<void> => {
      for (const { prepare } of Object.values(pages)) await prepare();
    };
    const timer = setTimeout(() => void others(), PREPARE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isThere;
}

/** By then the first page is drawn with its answers. */
const PREPARE_AFTER_MS = 4000;

/** Which page, once it is known who asks and what there is. */
export function App() {
  const session = useSession();
  const isCodeThere = useFirstCode();
  if (session.isPending || !isCodeThere) return <Loading what="Weir" />;
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
      <Pages isReady={session.data.lake?.ready === true} />
    </Shell>
  );
}

/** The page of the address. Those that the filter asks are drawn only with one that is right. */
function Pages({ isReady }: { readonly isReady: boolean }) {
  const [path] = useLocation();
  return (
    <Boundary place={path}>
      <Suspense fallback={<Loading what="the page" />}>
        <Switch>
          <Route path="/sources" component={pages["/sources"].Page} />
          <Route path="/account" component={pages["/account"].Page} />
          {!isReady && <Route component={FirstRun} />}
          <Route path="/path" component={pages["/path"].Page} />
          {filteredPages.map((each) => (
            <Route key={each} path={each}>
              <Filtered path={each} />
            </Route>
          ))}
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Boundary>
  );
}

const filteredPages = ["/", "/explore", "/conversations", "/map", "/entity"] as const;

function Filtered({ path }: { readonly path: (typeof filteredPages)[number] }) {
  const { Page } = pages[path];
  return (
    <FilterGate>
      <Page />
    </FilterGate>
  );
}
