/**
 * The languages that the engine's ICU knows everything of: Chromium's. Bun's Intl has more, in which guests would print
 * January as M01. tests/guest compares it with what guests say.
 */
export const engineLanguages: ReadonlySet<string> = new Set(
  (
    "af am ar bg bn ca cs da de el en es et fa fi fil fr gu he hi hr hu id it ja kn ko lt lv ml mr ms nb nl no pl pt ro " +
    "ru sk sl sr sv sw ta te th tr uk ur vi zh"
  ).split(" "),
);
