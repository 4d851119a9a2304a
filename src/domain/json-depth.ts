/** How deep what others wrote may be nested: far above any use, far below what makes a reader run out of stack. */
export const DEEPEST = 200;

/** Whether a value is nested deeper than `limit`: a scalar is 0 deep. It never looks further down than that. */
export function isDeeper(value: unknown, limit = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, limit - 1));
}
