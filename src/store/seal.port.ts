/** Encrypts what is stored: authenticated, text in, text out. */
export interface Seal {
  seal(text: string): string;
  /** Undefined when it cannot be opened: another key, or changed. */
  open(sealed: string): string | undefined;
}
