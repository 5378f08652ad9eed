import { defineHandler, html } from 'amiable'

export default defineHandler({ title: 'One line', run: ({ user }) => html(`<p>Hello ${user.login}.</p>`) })
