import type { SlicedFamily, StaticFamily } from '../fonts/catalog.ts'

/** Which regional forms Han characters take. */
export type HanForm = SlicedFamily

const HAN_OR_NEIGHBOUR =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\u3200-\u33ff\ufe30-\ufe4f\uff00-\uffef]/u
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const HANGUL = /\p{Script=Hangul}/u
// Everyday characters that only the traditional script uses.
const TRADITIONAL =
  /[們這個說國會時來對為與後過還沒點開間問關無場動畫鏡頭導鄉龍東車馬魚鳥風飛龜灣臺萬業樂書學習見視覺體變點壞轉輪邊遠進遲適選]/u
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u

/** Regional forms for a text: what its other characters betray, else what the document's language says. */
export function hanFormOf(text: string, language = ''): HanForm {
  if (KANA.test(text)) return 'jp'
  if (HANGUL.test(text)) return 'kr'
  if (/^ja\b/i.test(language)) return 'jp'
  if (/^ko\b/i.test(language)) return 'kr'
  if (TRADITIONAL.test(text) || /^zh-(hant|tw|hk|mo)\b/i.test(language)) return 'tc'
  return 'sc'
}

/** Families to try for one grapheme cluster, best first. */
export function familiesFor(cluster: string, form: HanForm): readonly (StaticFamily | SlicedFamily)[] {
  if (HAN_OR_NEIGHBOUR.test(cluster)) return [form, ...hanForms.filter((other) => other !== form), ...general]
  if (EMOJI.test(cluster) && !cluster.includes('\ufe0e')) return ['emoji', 'symbols2', 'symbols', 'inter', 'math']
  if (/[\p{Script=Arabic}\u060c\u061b\u061f\u0640\u0660-\u0669]/u.test(cluster)) return ['arabic', ...general]
  if (/\p{Script=Hebrew}/u.test(cluster)) return ['hebrew', ...general]
  if (/\p{Script=Thai}|\u0e3f/u.test(cluster)) return ['thai', ...general]
  if (/[\p{Script=Devanagari}\u0964\u0965]/u.test(cluster)) return ['devanagari', ...general]
  return [...general, form]
}

const hanForms: readonly HanForm[] = ['jp', 'sc', 'tc', 'kr']
const general: readonly StaticFamily[] = ['inter', 'symbols', 'symbols2', 'math', 'emoji']
