import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// All of Node's types for two variables would be a poor trade.
declare const process: { env: Record<string, string | undefined> };

// The server to talk to while developing (`npm run dev`); the built console always talks to where it came from.
const server = process.env['MUSTER_SERVER'] ?? 'http://localhost:7400';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: process.env['MUSTER_CONSOLE_OUT'] ?? 'dist',
    emptyOutDir: true,
    // The content security policy allows no data: scripts or fonts; everything is a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': server } },
  preview: { proxy: { '/api': server } },
});
