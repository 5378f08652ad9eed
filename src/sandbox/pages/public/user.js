// @ts-check
// The head of every page: who is looking, and the items of the internal resources.
import { triggerItem } from './ami.js'
import { h, need } from './dom.js'
import { menuButton } from './menu.js'
import { sessionUuid } from './state.js'
import { paintTimes } from './time.js'

const button = need('user-menu')
const config = JSON.parse(button.dataset.config ?? '{}')

menuButton(
  button,
  () => [
    { note: `${config.name} · ${config.group}` },
    { separator: true },
    ...config.others.map((/** @type {{ id: number, name: string, group: string }} */ person) => ({
      label: `Be ${person.name}`,
      icon: 'user-round',
      hint: person.group,
      choose: () => switchTo(person.id),
    })),
    { label: 'Log in as somebody else…', icon: 'log-in', choose: () => window.location.assign('/login') },
    ...(config.resources.length > 0 ? [{ separator: true }, { note: 'Internal resources' }] : []),
    ...config.resources.map((/** @type {import('./ami.js').ActionItem} */ item) => ({
      label: item.title,
      icon: 'external-link',
      choose: () =>
        void triggerItem(item, {
          page_id: config.pageId,
          session_uuid: sessionUuid(config.sessionUuid),
          view: 'Default',
          ids: [],
          selected_ids: [],
          cols: [],
          sorts: [],
          groupings: [],
        }),
    })),
  ],
  'Your account',
)

/** @param {number} userId */
function switchTo(userId) {
  const form = /** @type {HTMLFormElement} */ (
    h(
      'form',
      { method: 'post', action: '/switch-user', hidden: true },
      h('input', { name: 'user_id', value: userId }),
      h('input', { name: 'return_to', value: window.location.pathname + window.location.search }),
    )
  )
  document.body.append(form)
  form.submit()
}

paintTimes()
