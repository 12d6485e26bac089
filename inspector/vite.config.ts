import { defineConfig } from 'vite';

/** The page uses relative addresses only, so that it works below any prefix. It is built beside the room that serves it. */
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/inspector/page',
    emptyOutDir: true,
    // An inlined file would be a `data:` address, which the policy does not allow for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
