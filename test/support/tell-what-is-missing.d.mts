export const openResponsesDocument: string;
export const chatTemplates: string;
export const hasOpenResponsesDocument: boolean;
export const hasRedis: boolean;
export default function tellWhatIsMissing(): void;

/** Names the folder of PostgreSQL's programs, or nothing. */
export const postgresPrograms: string | undefined;
export const chromiumProgram: string;
