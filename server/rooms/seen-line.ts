/** Drawn as nothing, letters among them, or turning the text around; what only chooses how a sign is drawn may stay. */
const UNSEEN = /[\p{Cf}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/v;

/** Where they can be seen: the half space of Persian and its neighbours, the joiner of Indic scripts, that within an emoji. */
const JOINERS = [
  /(?<=[\p{Script=Arabic}\p{M}])\u200c(?=\p{L})/v,
  /(?<=\p{M})\u200d(?=\p{L})/v,
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})/v,
];
const SEEN = JOINERS.map(({ source }) => source).join('|');
const DROPPED = new RegExp(`(?!${SEEN})${UNSEEN.source}`, 'gv');

/** One line, of what can be seen. */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(DROPPED, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
