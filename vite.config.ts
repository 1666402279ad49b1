import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The page. Built into dist/web, beside the modules that serve it. */
export default defineConfig({
  root: "src/web",
  base: "/",
  plugins: [react()],
  // Not "module", "browser", "development|production": those that Vite has itself are kept.
  resolve: { conditions: ["source", "module", "browser", "development|production"] },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Which file needs which: scripts/page-size.mjs adds them up.
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8400" } },
});
