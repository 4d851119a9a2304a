export type Direction = "higher" | "lower";

/**
 * Indices, in order, of the points that no other point dominates: none is at least as good in every
 * dimension and better in one. Equal points are all kept. Compares estimates only: error bars are the
 * reader's. Throws if a point has a missing dimension or a NaN: leave such points out and say so.
 */
export function paretoFront(
  points: readonly (readonly number[])[],
  directions: readonly Direction[],
): readonly number[] {
  const oriented = points.map((point) => orient(point, directions));
  return oriented.flatMap((point, index) =>
    oriented.some((other) => dominates(other, point)) ? [] : [index],
  );
}

function orient(point: readonly number[], directions: readonly Direction[]): readonly number[] {
  if (point.length !== directions.length) {
    throw new RangeError(`a point has ${point.length} dimensions, not ${directions.length}`);
  }
  return point.map((value, dimension) => {
    if (Number.isNaN(value)) throw new RangeError(`dimension ${dimension} of a point is NaN`);
    return directions[dimension] === "higher" ? value : -value;
  });
}

function dominates(other: readonly number[], point: readonly number[]): boolean {
  const isEverywhereAsGood = other.every((value, dimension) => value >= (point[dimension] ?? value));
  return isEverywhereAsGood && other.some((value, dimension) => value > (point[dimension] ?? value));
}
