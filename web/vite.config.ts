import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = 'http://127.0.0.1:8080';

const door =
  /src\/(picture\/(chosen|variant)|services\/initial|theme)\.ts$|src\/(app|cover)\.css$|preload-helper/;

/** Fetched by whoever selects photographs, or looks at an album. */
const changing =
  /src\/(components\/(Album|Selection|TagDialog)|pages\/albums\/|managers\/(albumChanges|changes|members)|i18n\/albums)/;

/** Of several parts that are fetched later, and of no first one. */
const apart = /src\/(components\/(AccountForm|ConfirmDialog|FormDialog)|files\/copy)/;

/** Fetched by whoever shares by a link. */
const sharing =
  /src\/(components\/Share|pages\/shared\/|(managers|services|i18n)\/shares|managers\/shareDays)/;

/** Fetched by whoever adds photographs. */
const sending =
  /src\/(components\/(AddDialog|Upload)|managers\/upload|files\/hash|services\/(known|transfer|upload)\.)/;

/** Fetched as soon as the bar at the top is there, which has the field of the search. */
const searching = /src\/(components\/(SearchField|Suggestions)|i18n\/search)|icons\/x\.svelte/;

/** What the first pages need: main.ts with all that it imports at once. */
const first = new Set<string>();

function findFirst(): Plugin {
  return {
    name: 'find-first',
    buildEnd() {
      first.clear();
      const found = Array.from(this.getModuleIds()).filter((id) => id.endsWith('/src/main.ts'));
      for (let id = found.pop(); id !== undefined; id = found.pop()) {
        if (first.has(id)) continue;
        first.add(id);
        found.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    },
  };
}

/** The application is imported by first.ts when the first picture is drawn: it is fetched and read before. */
function preloadMain(): Plugin {
  return {
    name: 'preload-main',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((one) => one.type === 'chunk');
        const main = chunks.find((one) => one.facadeModuleId?.endsWith('/src/main.ts'));
        if (!main) return [];
        const scripts = [main.fileName, ...main.imports].filter((file) => !html.includes(file));
        const read = chunks.filter((one) => scripts.includes(one.fileName));
        const styles = read.flatMap((one) => [...(one.viteMetadata?.importedCss ?? [])]);
        const link = (attrs: HtmlTagDescriptor['attrs']): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { ...attrs, crossorigin: true, fetchpriority: 'low' },
          injectTo: 'head',
        });
        return [
          ...styles.map((file) => link({ rel: 'preload', as: 'style', href: `/${file}` })),
          ...scripts.map((file) => link({ rel: 'modulepreload', href: `/${file}` })),
        ];
      },
    },
  };
}

export default defineConfig({
  plugins: [svelte(), findFirst(), preloadMain()],
  build: {
    target: 'es2022',
    // A data: font or picture in a style sheet would be refused by the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What first.ts needs, and nothing else; then one part of what the application shares with its later pages, and
            // one of what only these share; then all by which photographs are changed, and albums; all by which they are sent.
            { name: 'door', test: door, priority: 3 },
            { name: 'shared', minShareCount: 2, test: (id) => first.has(id), priority: 2 },
            { name: 'searching', test: (id) => searching.test(id) && !first.has(id), priority: 2 },
            {
              name: 'pages',
              minShareCount: 2,
              test: (id) => ![changing, apart, sharing, sending].some((one) => one.test(id)),
              priority: 1,
            },
            { name: 'changing', test: changing },
            { name: 'sending', test: (id) => sending.test(id) && !first.has(id) },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/media': server } },
  test: { include: ['src/**/*.test.ts'] },
});
