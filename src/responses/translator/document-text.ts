/** Holds what was read of a document, whose layout and images are lost. */
export interface DocumentText {
  text: string;
  /** There is more of it than is read. */
  isCut: boolean;
  /** Says why nothing can be read; the text is empty then. */
  problem?: string | undefined;
}

/** Gives the text of a document by its base64; undefined where nobody has read it. */
export type DocumentTextOf = (base64: string) => DocumentText | undefined;
