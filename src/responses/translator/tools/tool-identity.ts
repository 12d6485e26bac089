/** Names a tool as the client calls it. The backend sees only the legal function name that the registry made of it. */
export interface ToolIdentity {
  /** Names the type of the adapter that owns its calls: `function`, `custom`, ... */
  type: string;
  name: string;
  namespace?: string;
}
