/** Encrypts what is stored; it is authenticated, text in, text out. */
export interface Seal {
  seal(text: string): string;
  /** Gives undefined when it cannot be opened: another key, or changed. */
  open(sealed: string): string | undefined;
}
