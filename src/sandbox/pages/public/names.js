// @ts-check
// Words of people as pages may show them; the server uses this file too.

/** Marks that reverse the order of the letters around them. */
const overrides = /[\u202A-\u202E\u2066-\u2069]/g
const unseen = /^[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]*$/u

/** Whether nobody would see anything of it. @param {string} text */
export const isBlank = (text) => unseen.test(text)

/** Nothing when there is nothing to see. @param {string} text */
export const shownText = (text) => (isBlank(text) ? '' : text.replaceAll(overrides, ''))

/** @param {string} name */
export const shownName = (name) => shownText(name) || '(no name)'
