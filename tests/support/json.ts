/** The value at a path of a body, such as `at(body, 'room', 'slug')`; throws when there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) throw new Error(`no ${step} in ${JSON.stringify(value)}`);
    here = Reflect.get(here, step);
  }
  return here;
}

export async function bodyAt(response: Response, ...path: readonly (string | number)[]): Promise<unknown> {
  return at(await response.json(), ...path);
}
