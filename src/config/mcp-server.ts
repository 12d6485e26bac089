/** Describes a server whose tools clients may use, by its label. */
export interface McpServer {
  /** What a client names is reached with care. */
  namedBy: 'operator' | 'client';
  label: string;
  url: URL;
  /** They are sent to this server alone, and never shown. */
  headers: Readonly<Record<string, string>>;
  /** Undefined allows all of its tools. */
  allowedTools: readonly string[] | undefined;
}
