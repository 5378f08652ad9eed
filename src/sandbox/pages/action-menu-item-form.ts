import { z } from 'zod'
import type { Json } from '../json.ts'
import { refuseUrl } from './menu.ts'
import { isBlank } from './public/names.js'

const checkbox = z
  .string()
  .optional()
  .transform((value) => value !== undefined)
const idsOf = (type: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value) => (value === undefined ? [] : [value].flat()).map((id) => ({ type, id: Number(id) })))
    .pipe(z.array(z.object({ type: z.string(), id: z.int('Choose from the list.').positive('Choose from the list.') })))

/** The site's form for an action menu item: its thirteen fields. */
export const ActionMenuItemForm = z.object({
  title: z
    .string()
    .trim()
    .max(255, 'The title is too long: it may have 255 characters.')
    .refine((title) => !isBlank(title), 'Give the item a title: it is what people read in the menu.'),
  entity_type: z.string().transform((type) => type || null),
  url: z
    .string()
    .trim()
    .superRefine((url, context) => {
      const refusal = refuseUrl(url)
      if (refusal) context.addIssue({ code: 'custom', message: refusal })
    }),
  list_order: z
    .string()
    .trim()
    .regex(/^-?\d{0,9}$/, 'The order is a whole number, or empty.')
    .transform((text) => (text === '' ? null : Number(text))),
  folder: z
    .string()
    .trim()
    .max(255, 'The folder is too long: it may have 255 characters.')
    .transform((folder) => folder || null),
  light_payload: checkbox,
  poll_for_data_updates: checkbox,
  selection_required: checkbox,
  permissions_groups: idsOf('PermissionRuleSet'),
  projects: idsOf('Project'),
  open_in_overlay: checkbox,
  add_btn_behavior: z.enum(
    ['not_set', 'include_in_dropdown', 'override_default', 'internal_resources'],
    'Choose where the item stands: one of the menu options.',
  ),
  secret_token: z.string().max(500, 'The secret token is too long: it may have 500 characters.'),
  remove_secret_token: checkbox,
})
export type ActionMenuItemForm = z.infer<typeof ActionMenuItemForm>

/** The values to write; the token only when it changes, since nobody can read it back. */
export function valuesOf(form: ActionMenuItemForm): Record<string, Json> {
  const { secret_token, remove_secret_token, ...values } = form
  if (remove_secret_token) return { ...values, secret_token: null }
  return secret_token === '' ? values : { ...values, secret_token }
}

/** What was wrong, by field, for the form to show. */
export function issuesOf(error: z.ZodError): Record<string, string> {
  return Object.fromEntries(error.issues.map((issue) => [String(issue.path[0]), issue.message]))
}
