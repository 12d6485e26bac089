/** A fact about a backend or a model names the month in which it was seen: they change. */
export const monthOfAYear =
  /(?:January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d/;
