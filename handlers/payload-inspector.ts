import { defineHandler, page } from 'amiable'

/** Shows what the site sent, as it arrived and as a handler sees it: for whoever writes the next handler. */
export default defineHandler({
  title: 'Inspect payload',
  description: 'Shows what the site sends to a handler. Changes nothing.',
  selection: { min: 0 },
  menu: { folder: 'Developer', order: 900 },
  run(context) {
    const { user, project, page: source, selection, pageIds, server, sessionUuid, runId, payload } = context
    const ids = (list: readonly number[]): string => `${list.length.toLocaleString('en')}: ${list.join(', ')}`
    const fields = (list: readonly { field: string }[]): string =>
      list.map((item) => Object.values(item).join(' ')).join(', ')
    // The template has a heading for each of these names.
    return page('payload-inspector', {
      runId,
      sections: [
        {
          name: 'click',
          rows: [
            ['person', `${user.login} (HumanUser ${user.id})`],
            ['project', project ? `${project.name} (Project ${project.id})` : ''],
            ['entityType', context.entityType],
            ['selected', ids(selection.ids)],
            ['onPage', ids(pageIds)],
          ],
        },
        {
          name: 'page',
          rows: [
            ['title', source.title ?? ''],
            ['pageId', source.id === undefined ? '' : `Page ${source.id}`],
            ['view', source.view ?? ''],
            ['path', source.referrerPath ?? ''],
            ['columns', source.columns.map(({ field, displayName }) => `${displayName} (${field})`).join(', ')],
            ['sorts', fields(source.sorts)],
            ['groupings', fields(source.groupings)],
            ['site', server.hostname ?? server.url],
            ['window', sessionUuid ?? ''],
          ],
        },
      ],
      payload: Object.entries(payload).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one]),
      ),
    })
  },
})
