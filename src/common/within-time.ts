/** Rejects when the work takes longer; the work itself goes on, unheard. */
export async function withinTime<T>(
  work: Promise<T>,
  limitMs: number,
  message = `It took longer than ${limitMs} ms.`,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(message));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
