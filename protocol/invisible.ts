/**
 * The inside of a character class: what is drawn as nothing. Format characters, those that Unicode calls ignorable (the
 * fillers of Hangul and the variation selectors among them), and the blank Braille pattern.
 */
export const INVISIBLE = String.raw`\p{Cf}\p{Default_Ignorable_Code_Point}\u2800`;
