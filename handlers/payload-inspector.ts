import { defineHandler, page } from 'amiable'

/** Shows what the site sent, as it arrived and as a handler sees it: for whoever writes the next handler. */
export default defineHandler({
  title: 'Inspect payload',
  description: 'Shows what the site sends to a handler. Changes nothing.',
  selection: { min: 0 },
  menu: { folder: 'Developer', order: 900 },
  run(context) {
    const { user, project, page: source, selection, pageIds, server, sessionUuid, runId, payload } = context
    const rows = (list: readonly { field: string }[]): string =>
      list.map((item) => Object.values(item).join(' ')).join(', ')
    return page('payload-inspector', {
      runId,
      sections: [
        {
          title: 'What was clicked',
          rows: [
            ['Person', `${user.login} (HumanUser ${user.id})`],
            ['Project', project ? `${project.name} (Project ${project.id})` : ''],
            ['Entity type', context.entityType],
            ['Selected', `${selection.ids.length.toLocaleString('en')}: ${selection.ids.join(', ')}`],
            ['On the page', `${pageIds.length.toLocaleString('en')}: ${pageIds.join(', ')}`],
          ],
        },
        {
          title: 'The page',
          rows: [
            ['Title', source.title ?? ''],
            ['Page', source.id === undefined ? '' : `Page ${source.id}`],
            ['View', source.view ?? ''],
            ['Path', source.referrerPath ?? ''],
            ['Columns', source.columns.map(({ field, displayName }) => `${displayName} (${field})`).join(', ')],
            ['Sorted by', rows(source.sorts)],
            ['Grouped by', rows(source.groupings)],
            ['Site', server.hostname ?? server.url],
            ['Browser window', sessionUuid ?? ''],
          ],
        },
      ],
      payload: Object.entries(payload).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one]),
      ),
    })
  },
})
