import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { watchSession } from "./client/session.ts";
import { giveNonce } from "./state/csp-nonce.ts";
import { applyTheme, followMachine } from "./state/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";

giveNonce();
applyTheme();
followMachine();
const root = document.querySelector("#root");
if (root === null) throw new Error("the page has no place to draw in");
const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, gcTime: 600_000, retry: false, refetchOnWindowFocus: false } },
});
watchSession(queryClient);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
