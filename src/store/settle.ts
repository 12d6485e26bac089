/** Gives the result of synchronous work as a promise: what is thrown rejects. */
export function settle<Value>(action: () => Value): Promise<Value> {
  return new Promise((resolve) => {
    resolve(action());
  });
}
