import { defineHandler, message } from 'amiable'

export default defineHandler({
  title: 'TITLE',
  description: 'One sentence for people: what it does, to what.',
  entityTypes: ['Version'],
  fields: ['code', 'sg_status_list'],
  async run({ selection, progress, signal }) {
    const versions = await selection.load()
    for (const [index, version] of versions.entries()) {
      signal.throwIfAborted()
      progress(index, versions.length, String(version.code))
      // The work on one Version. What it throws, people read as a sentence.
      progress.item(version, 'done')
    }
    return message(`${versions.length} Versions done.`)
  },
})
