import { defineConfig } from "vitest/config";

export default defineConfig({
  // "#module/index.js" means src/ here and dist/ when the product runs; vitest asks for the condition in both places.
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
