/** How old data of this day is, in words; empty for a date that cannot be read or lies ahead. */
export function age(date: string, now: Date = new Date()): string {
  const days = Math.floor((now.getTime() - Date.parse(`${date}T00:00:00Z`)) / 86_400_000);
  if (!(days >= 0)) return "";
  if (days === 0) return "today";
  if (days === 1) return "1 day old";
  if (days < 60) return `${days} days old`;
  const months = Math.round(days / 30.4);
  return months < 24 ? `${months} months old` : `${Math.floor(days / 365)} years old`;
}

/** Microsoft changes the ranges every week; after this many days a reader should know. */
export function isOld(date: string, now: Date = new Date()): boolean {
  return now.getTime() - Date.parse(`${date}T00:00:00Z`) > 60 * 86_400_000;
}
