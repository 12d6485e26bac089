import { definePlugin } from 'responses-proxy';

/** Your parts stand here: docs/extending.md. */
export default definePlugin({ name: 'acme' });
