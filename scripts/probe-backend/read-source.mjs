import { registerHooks } from 'node:module';

/** The sources name their neighbours as the build does, `.js`; the probe reads them as they are, `.ts`. */
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true;
    return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

const backend = '../../src/responses/backend';
const { readServerProps } = await import(`${backend}/profiles/server-props.ts`);
const { readContextWindow } = await import(`${backend}/models/context-window.ts`);
const { kindFromWording } = await import(`${backend}/errors/error-wordings.ts`);

export { kindFromWording, readContextWindow, readServerProps };
