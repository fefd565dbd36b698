import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// One script and one style sheet with fixed names: the report puts both inside its own file.
export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: process.env.OUT ?? "../src/equipoise/present/bundle",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "EquipoisePage", fileName: () => "page.js", cssFileName: "page" },
  },
});
