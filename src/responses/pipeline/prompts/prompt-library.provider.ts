import type { FactoryProvider } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { PromptLibrary } from './prompt-template.js';
import { PROMPT_LIBRARY, readPrompts } from './read-prompts.js';

/** Reads the operator's templates once, at the start. */
export const promptLibraryProvider: FactoryProvider<PromptLibrary | undefined> = {
  provide: PROMPT_LIBRARY,
  inject: [SETTINGS],
  useFactory: ({ prompts: { directory } }: Settings) =>
    directory === undefined ? undefined : readPrompts(directory),
};
