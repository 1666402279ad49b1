import { defineConfig } from "vitest/config";

const shared = {
  setupFiles: ["test/one-seed.ts"],
  // Against hanging only: a busy machine may take ten times as long as a quiet one.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  pool: "forks",
} as const;

export default defineConfig({
  // "#module/index.js" means src/ here and dist/ when the product runs; vitest asks for the condition in both places.
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    // Most tests wait for processes and disks: two files at a time even where there are two cores.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "product",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/browser/**"],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/world.ts"],
        },
      },
    ],
  },
});
