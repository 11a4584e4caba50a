interface ComposedKey {
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** The code of every key that an input method takes. Safari ends `isComposing` before the Enter that ends the composition. */
const INPUT_METHOD = 229;

/** While an input method composes a word, every key belongs to it. */
export function isComposing(key: ComposedKey): boolean {
  return key.isComposing || key.keyCode === INPUT_METHOD;
}
