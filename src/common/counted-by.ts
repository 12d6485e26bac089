/** This header of an answer to `POST /responses/input_tokens` says who counted: `backend`, or `estimate`. */
export const COUNTED_BY = 'x-input-tokens';
