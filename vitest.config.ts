import { defineConfig } from "vitest/config";

export default defineConfig({
  // "#module/index.js" means src/ here and dist/ when the product runs; vitest asks for the condition in both places.
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/one-seed.ts"],
    // Against hanging only: a busy machine may take ten times as long as a quiet one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    // Most tests wait for processes and disks: two files at a time even where there are two cores.
    maxWorkers: 2,
  },
});
