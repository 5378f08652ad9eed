export { createEntity } from './create.ts'
export { deleteEntity, reviveEntity } from './delete.ts'
export { updateEntity } from './update.ts'
