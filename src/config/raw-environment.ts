/** Holds the variables as they are given, before anything is read of them. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;
