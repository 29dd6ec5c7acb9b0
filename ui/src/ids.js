// Ids that people can read: made of the Russian name when an element is named for the first time.

const MADE_BY_EDITOR = /^(Activity|Event|Gateway|Flow|Participant|Lane|DataObjectReference|DataStoreReference)_[0-9a-z]{7}$/;
const LATIN = {
  а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "y", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p",
  р: "r", с: "s", т: "t", у: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya",
};

export function freeId(moddle, name, ids) {
  if (!name || !MADE_BY_EDITOR.test(moddle.id)) return null;
  const letters = [...name.toLowerCase()].map((letter) => LATIN[letter] ?? letter).join("");
  const start = letters.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "").slice(0, 40);
  if (!start) return null;
  let id = start;
  for (let n = 2; ids.assigned(id); n++) id = `${start}_${n}`;
  return id;
}
