import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/api/schema.ts'] },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: ['.svelte'] } },
    rules: {
      // TypeScript knows which names exist.
      'no-undef': 'off',
      // That rule is for SvelteKit's router.
      'svelte/no-navigation-without-resolve': 'off',
      // State here is raw on purpose: no reactive state exists for a photo.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['src/**'], rules: { 'max-lines': ['error', 500] } },
  { files: ['**/*.svelte'], rules: { 'max-lines': ['error', 200] } },
);
