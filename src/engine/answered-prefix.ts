import type { AskedUnit } from "./ask-order.ts";

/** A unit that every model has answered, with the samples of each case. */
export interface AnsweredUnit<Sample> {
  readonly unit: AskedUnit;
  /** In the order of the unit's cases. */
  readonly samples: readonly (readonly Sample[])[];
}

/** The answers so far up to the first that is still missing: what comes in ahead of its turn waits. */
export interface AnsweredPrefix<Sample> {
  /** Announces the next unit that will be asked. */
  expect(unit: AskedUnit): void;
  /** Takes a sample of any unit that was announced; gives the units that are whole now, in order. */
  add(task: string, caseId: string, sample: Sample): readonly AnsweredUnit<Sample>[];
}

interface Waiting<Sample> {
  readonly unit: AskedUnit;
  readonly samples: readonly Sample[][];
  missing: number;
}

/** Starts with nothing announced. `perCase` is the number of samples of a case, over all models and repeats. */
export function answeredPrefix<Sample>(perCase: number): AnsweredPrefix<Sample> {
  const queue: Waiting<Sample>[] = [];
  let head = 0;
  const places = new Map<string, { readonly waiting: Waiting<Sample>; readonly at: number }>();
  const placeOf = (task: string, caseId: string) => JSON.stringify([task, caseId]);
  return {
    expect: (unit) => {
      const samples = unit.cases.map((): Sample[] => []);
      const waiting = { unit, samples, missing: unit.cases.length * perCase };
      queue.push(waiting);
      for (const [at, { task, case: item }] of unit.cases.entries())
        places.set(placeOf(task.name, item.id), { waiting, at });
    },
    add: (task, caseId, sample) => {
      const place = places.get(placeOf(task, caseId));
      if (place === undefined) throw new Error(`sample ${task}/${caseId} was not announced`);
      place.waiting.samples[place.at]?.push(sample);
      place.waiting.missing -= 1;
      const whole: AnsweredUnit<Sample>[] = [];
      for (let next = queue[head]; next?.missing === 0; next = queue[head]) {
        whole.push({ unit: next.unit, samples: next.samples });
        for (const { task: of, case: item } of next.unit.cases) places.delete(placeOf(of.name, item.id));
        head += 1;
      }
      // The queue is as long as the stretch that is under way.
      if (head > 1024) {
        queue.splice(0, head);
        head = 0;
      }
      return whole;
    },
  };
}
