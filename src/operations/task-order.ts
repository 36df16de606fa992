import { OrchestraError } from '../base/errors.ts';
import { taskIdPattern } from '../model/task-id.ts';

/** What of a request decides its turn. */
interface Named {
  name?: string | undefined;
  after?: readonly string[] | undefined;
}

/**
 * The places of requests in an order in which each comes after those it names. Throws `usage` for a name that is there
 * twice or not at all, and for a circle.
 */
export function orderOf(requests: readonly Named[]): number[] {
  const places = placesByName(requests);
  const order: number[] = [];
  const state = requests.map(() => 'new' as 'new' | 'open' | 'done');
  const visit = (place: number) => {
    if (state[place] === 'done') return;
    if (state[place] === 'open') {
      throw new OrchestraError(
        'usage',
        `The tasks wait for one another: ${requests[place]?.name} comes after itself.`,
        {
          hint: 'Take one "after" away.',
        },
      );
    }
    state[place] = 'open';
    for (const name of namesIn(requests[place])) visit(places.get(name) ?? unknown(name));
    state[place] = 'done';
    order.push(place);
  };
  for (const place of requests.keys()) visit(place);
  return order;
}

/** The tasks that a request comes after, with the names of this call replaced by their ids. */
export function withIds(
  after: readonly string[] | undefined,
  ids: ReadonlyMap<string, string>,
): string[] | undefined {
  return after?.map((one) => ids.get(one) ?? one);
}

function namesIn(request: Named | undefined): string[] {
  return (request?.after ?? []).filter((one) => !taskIdPattern.test(one));
}

function placesByName(requests: readonly Named[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [place, { name }] of requests.entries()) {
    if (name === undefined) continue;
    if (places.has(name))
      throw new OrchestraError('usage', `Two tasks are called "${name}".`, {
        hint: 'Give each its own name.',
      });
    places.set(name, place);
  }
  return places;
}

function unknown(name: string): never {
  throw new OrchestraError('usage', `No task of this call is called "${name}".`, {
    hint: 'Tasks that are there already are named by their id, such as task-5.',
  });
}
