/** A day is its beginning in UTC; a time of day needs its zone. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Reads a moment as milliseconds since the epoch; undefined where the text is none. */
export function readMoment(text: string): number | undefined {
  const [, day = '', time = 'T00:00:00Z'] = MOMENT.exec(text) ?? [];
  const moment = Date.parse(day + time);
  // `Date` takes the 31st of a short month for a day of the next one.
  const isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  return Number.isNaN(moment) || !isDay ? undefined : moment;
}
