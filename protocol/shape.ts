/** Checks of values from outside, before they are typed. */
export type Check = (value: unknown) => boolean;
export type Shape = Readonly<Record<string, Check>>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

export function isOptional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function isArrayOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

export function hasKeys(shape: Shape): Check {
  return (value) => isRecord(value) && Object.entries(shape).every(([key, check]) => check(value[key]));
}
