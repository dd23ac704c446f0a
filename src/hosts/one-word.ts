/**
 * A script for `sh -c` as one word: sudo compares all words joined by blanks, so words could be split and joined in other places. Tabs in
 * the place of blanks leave a script one word.
 */
export const oneWord = (script: string): string => script.replaceAll(' ', '\t');
