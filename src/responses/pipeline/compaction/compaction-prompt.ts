/** Asks the model for the summary that will stand for the conversation. It is the last user message of the request. */
export const COMPACTION_PROMPT = `This conversation has become too long and will be replaced by a summary of it. Write that summary now. Whoever reads \
it, most likely you yourself, goes on with the work and sees nothing else of the conversation, except perhaps the user's \
latest messages.

Write down, as far as there is something to say:
1. What the user wants: every request that still holds, with its constraints and preferences, in the user's words where \
they matter.
2. What was done and found out: decisions and their reasons, facts, results of tools, errors and how they were solved. \
Keep exact names, paths, commands, identifiers, numbers and code that will be needed again.
3. The state now: what is finished, what is half done, what was tried and did not work.
4. What comes next: the very next step, and those after it.

Rules: only what the conversation says, nothing invented. Leave out greetings, repetition and output that no longer \
matters. An earlier summary is part of the conversation: carry over what still holds. Do not answer the user, do not \
continue the work, call no tools. Reply with the summary alone.`;

/** Ends a summary that ran into the token limit, so that the model that reads it knows. */
export const CUT_SUMMARY_NOTE = '[The summary was cut off here by the token limit.]';
