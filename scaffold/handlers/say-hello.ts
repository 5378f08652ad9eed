import { defineHandler, message } from 'amiable'

/** The file's name is the name of the menu item and its address: POST /ami/say-hello. */
export default defineHandler({
  title: 'Say hello',
  description: 'Lists what is selected, with its status.',
  entityTypes: ['Version'],
  fields: ['code', 'sg_status_list'],
  async run({ selection, user }) {
    const versions = await selection.load()
    return message(`Hello ${user.login}, you selected ${versions.length} Versions.`, {
      table: { columns: ['Name', 'Status'], rows: versions.map((v) => [String(v.code), String(v.sg_status_list)]) },
    })
  },
})
