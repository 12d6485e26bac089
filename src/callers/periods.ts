export type Period = 'minute' | 'day' | 'month';

export interface PeriodAt {
  /** Names this one of its kind on all replicas. */
  key: string;
  /** Milliseconds since the epoch. */
  startsAt: number;
  endsAt: number;
}

/** Nearly always the same ones are asked for. */
const last = new Map<Period, PeriodAt>();

/** Periods are those of the calendar in UTC, the same for all replicas. */
export function periodAt(period: Period, now: number): PeriodAt {
  const known = last.get(period);
  if (known !== undefined && known.startsAt <= now && now < known.endsAt) return known;
  const found = makePeriod(period, now);
  last.set(period, found);
  return found;
}

function makePeriod(period: Period, now: number): PeriodAt {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const iso = date.toISOString();
  switch (period) {
    case 'minute': {
      const startsAt = Math.floor(now / 60_000) * 60_000;
      return { key: iso.slice(0, 16), startsAt, endsAt: startsAt + 60_000 };
    }
    case 'day':
      return {
        key: iso.slice(0, 10),
        startsAt: Date.UTC(year, month, day),
        endsAt: Date.UTC(year, month, day + 1),
      };
    case 'month':
      return {
        key: iso.slice(0, 7),
        startsAt: Date.UTC(year, month),
        endsAt: Date.UTC(year, month + 1),
      };
  }
}
