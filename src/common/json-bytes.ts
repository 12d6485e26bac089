/** JSON is told apart by these bytes, which are the same as UTF-16 units. */
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPENING_LIST = 0x5b;
export const OPENING_OBJECT = 0x7b;
export const CLOSING_LIST = 0x5d;
export const CLOSING_OBJECT = 0x7d;
